import type { ProbeOutcome } from '../../catalog/instance/instance-event';

/** What it means that no connection came about. */
export function connectionFailure(error: Error): ProbeOutcome {
  const codes = codesOf(error);
  // A name may stand for several addresses: only if nobody listens at any of them is there nobody.
  if (codes.every((code) => code === 'ECONNREFUSED')) return 'refused';
  return codes.every((code) => code === 'ETIMEDOUT') ? 'timed_out' : 'unreachable';
}

/** Of every attempt to connect; a look-up that failed, or was forbidden, is one attempt. */
function codesOf(error: Error): readonly unknown[] {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((each) => (each instanceof Error && 'code' in each ? each.code : undefined));
}
