import { isNativeError } from 'node:util/types';

/**
 * Calls a listener of the host's. What it throws must not end the loop that told it, nor the host process: the
 * registration would be lost to a fault in a log line. It is shown as a process warning.
 */
export function tell<A extends readonly unknown[]>(
  listener: ((...args: A) => void) | undefined,
  ...args: A
): void {
  try {
    listener?.(...args);
  } catch (error) {
    const detail = isNativeError(error) && error.stack !== undefined ? error.stack : '';
    process.emitWarning(`an event listener threw: ${String(error)}`, {
      code: 'ROLLCALL_LISTENER_THREW',
      detail,
    });
  }
}
