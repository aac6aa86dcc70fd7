export type { Candidate } from './candidate';
export type { Picker, Random } from './picker';
export { createPicker, PICKER_NAMES, type PickerName, type PickerOptions } from './picker-name';
export { createLatencyMeter, type LatencyMeter } from './latency-meter';
export { isConnectFailure, type Outcome } from './outcome';
export { isIdempotentMethod } from './idempotent-method';
export {
  decideRetry,
  type FailedAttempt,
  type OtherCandidate,
  type RetryDecision,
  type RetryRefusal,
} from './retry-decision';
export {
  createRetryBudget,
  DEFAULT_RETRY_BUDGET,
  type RetryBudget,
  type RetryBudgetOptions,
} from './retry-budget';
export { createDeadline, type Deadline } from './deadline';
export { attemptVerdict, type AttemptVerdict } from './attempt-verdict';
export {
  createOutlierDetector,
  type Admission,
  type OutlierDetector,
  type OutlierTransition,
} from './outlier-detector';
export type { EjectionCause, OutlierState, Standing } from './outlier-state';
export { availableAmong, mayLoseOneMore } from './half-rule';
