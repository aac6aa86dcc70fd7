import { Readable } from 'node:stream';
import { createDeadline, type Deadline } from '@rollcall/load-balancing';
import { CanceledError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { afterReads } from '../registry/wait';
import { callError } from './call-error';
import { SERVICE_CLIENT_ERROR } from './service-client-error';

/** One call: its request, its deadline, and the signal that ends it early. */
export interface CallScope {
  readonly config: InternalAxiosRequestConfig;
  readonly deadline: Deadline;
  /** Fires when the caller aborts. The attempt keeps the deadline itself, since it knows what it was waiting for. */
  readonly signal: AbortSignal;
}

/** Grace for an attempt that reaches the deadline: its own error says what it was waiting for. */
const ERROR_GRACE_MS = 20;

/**
 * Runs a call inside its deadline. Whatever the work waits for then, a registry, the bulkhead or an answer, the
 * caller is told at once. A streamed body is not cut by the deadline: only its beginning counts.
 */
export function withinDeadline(
  config: InternalAxiosRequestConfig,
  timeoutMs: number,
  work: (scope: CallScope) => Promise<AxiosResponse>,
): Promise<AxiosResponse> {
  return new Promise((resolve, reject) => {
    const end = new AbortController();
    const stopTimer = afterReads(timeoutMs + ERROR_GRACE_MS, timeOut);
    const unlink = onAbort(config.signal, giveUp);

    function timeOut(): void {
      unlink();
      reject(
        callError(
          SERVICE_CLIENT_ERROR.timedOut,
          `the call timed out after ${timeoutMs} ms, before an attempt was answered`,
          config,
        ),
      );
    }
    function giveUp(): void {
      stopTimer();
      unlink();
      end.abort();
      reject(new CanceledError(undefined, config));
    }

    const deadline = createDeadline(performance.now(), timeoutMs);
    work({ config, deadline, signal: end.signal }).then(
      (response) => {
        stopTimer();
        const body: unknown = response.data;
        if (body instanceof Readable) body.once('close', unlink);
        else unlink();
        resolve(response);
      },
      (error: Error) => {
        stopTimer();
        unlink();
        reject(error);
      },
    );
  });
}

/** @returns what takes the listener off again: a signal may outlive many calls */
function onAbort(signal: InternalAxiosRequestConfig['signal'], listener: () => void): () => void {
  if (signal?.aborted === true) queueMicrotask(listener);
  else signal?.addEventListener?.('abort', listener);
  return () => signal?.removeEventListener?.('abort', listener);
}
