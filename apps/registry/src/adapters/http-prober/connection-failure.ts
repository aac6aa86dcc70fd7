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
  // Node's AggregateError, by its shape.
  const attempts: readonly unknown[] =
    'errors' in error && Array.isArray(error.errors) && error.errors.length > 0 ? error.errors : [error];
  return attempts.map((attempt) =>
    typeof attempt === 'object' && attempt !== null && 'code' in attempt ? attempt.code : undefined,
  );
}
