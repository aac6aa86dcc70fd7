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
    process.emitWarning(error instanceof Error ? error : String(error), { code: 'ROLLCALL_LISTENER_THREW' });
  }
}
