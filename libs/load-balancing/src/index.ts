export type { Candidate } from './candidates/candidate';
export type { Picker, Random } from './pickers/picker';
export { createPicker, PICKER_NAMES, type PickerName, type PickerOptions } from './pickers/create-picker';
export {
  createHostHealth,
  type AttemptEnd,
  type AttemptLoad,
  type HostAttempt,
  type HostHealth,
  type HostHealthOptions,
  type ListedHost,
} from './health/host-health';
export type { Outcome } from './health/outcome';
export {
  createAttemptSeries,
  type AttemptSeries,
  type FailedSend,
  type NextAttempt,
  type OtherPick,
  type OtherUpstreams,
} from './retries/attempt-series';
export { isIdempotentMethod, type OtherCandidate, type RetryRefusal } from './retries/retry-decision';
export {
  createRetryBudget,
  DEFAULT_RETRY_BUDGET,
  type RetryBudget,
  type RetryBudgetOptions,
} from './retries/retry-budget';
export { createDeadline, type Deadline } from './retries/deadline';
export type { OutlierTransition } from './health/outlier-detector';
export type { EjectionCause, OutlierState, Standing } from './health/outlier-state';
export { availableAmong, mayLoseOneMore } from './candidates/half-rule';
