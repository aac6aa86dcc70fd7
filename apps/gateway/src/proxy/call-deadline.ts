import { gatewayError } from '../errors';
import { grpcContentType, grpcTimeoutMs } from '../grpc/grpc-request';
import type { Caller } from '../ports/caller';

/**
 * When a caller's patience ends, as it has said itself (`grpc-timeout`): for being held, for policies that wait, for all
 * attempts, and for all of the answer.
 */
export interface CallDeadline {
  /** Milliseconds left, never below 0. @param now milliseconds, monotonic */
  remainingMs(now: number): number;
  /** What to do when it has passed, at once if it has, besides telling the caller; replaces what was to be done before. */
  onPassed(action: () => void): void;
}

/** The longest that a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * It is told by a timer of its own, and not by the time-outs of attempts: a caller that is in a hurry must not have
 * instances ejected.
 *
 * @param now when the call has come; milliseconds, monotonic
 * @returns `undefined` where the caller has not said any
 */
export function startCallDeadline(caller: Caller, now: number): CallDeadline | undefined {
  if (grpcContentType(caller) === undefined) return undefined;
  const timeoutMs = grpcTimeoutMs(caller.headers);
  if (timeoutMs === undefined) return undefined;
  let act: (() => void) | undefined;
  let hasPassed = false;
  const timer = setTimeout(
    () => {
      hasPassed = true;
      caller.fail(gatewayError('DEADLINE_EXCEEDED'));
      act?.();
    },
    Math.min(timeoutMs, LONGEST_MS),
  );
  void caller.whenClosed().then(() => clearTimeout(timer));
  return {
    remainingMs: (later) => Math.max(0, now + timeoutMs - later),
    onPassed(action) {
      act = action;
      // Between two attempts.
      if (hasPassed) action();
    },
  };
}
