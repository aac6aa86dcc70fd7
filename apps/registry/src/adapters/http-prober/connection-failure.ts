import type { ProbeOutcome } from '../../catalog/instance/instance-event';

/** The probe result for a failed connection. */
export function connectionFailure(error: Error): ProbeOutcome {
  const codes = codesOf(error);
  // A name may have several addresses: it counts as refused only if all of them refuse.
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
