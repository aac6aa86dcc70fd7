import { Readable } from 'node:stream';
import { createDeadline, type Deadline } from '@rollcall/load-balancing';
import { CanceledError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { callError } from './call-error';
import { SERVICE_CLIENT_ERROR } from './service-client-error';

/** One call: what is asked, until when, and the signal that ends it early. */
export interface CallScope {
  readonly config: InternalAxiosRequestConfig;
  readonly deadline: Deadline;
  /** Fires when the caller aborts. The deadline is the attempt's own to keep: it knows what it was waiting for. */
  readonly signal: AbortSignal;
}

/** An attempt that reaches the deadline says more about it than is known here, and is given the time to. */
const LAST_WORD_MS = 20;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs a call inside its deadline. Whatever the work is doing then, be it waiting for a registry, for its turn or
 * for an answer, the caller is told at once. A streamed body is not cut by the deadline: only its beginning counts.
 */
export function withinDeadline(
  config: InternalAxiosRequestConfig,
  timeoutMs: number,
  work: (scope: CallScope) => Promise<AxiosResponse>,
): Promise<AxiosResponse> {
  return new Promise((resolve, reject) => {
    const end = new AbortController();
    const timer = setTimeout(timeOut, Math.min(timeoutMs + LAST_WORD_MS, LONGEST_TIMER_MS));
    const unlink = onAbort(config.signal, giveUp);

    function timeOut(): void {
      unlink();
      reject(callError(SERVICE_CLIENT_ERROR.timedOut, `no turn within ${timeoutMs} ms`, config));
    }
    function giveUp(): void {
      clearTimeout(timer);
      unlink();
      end.abort();
      reject(new CanceledError(undefined, config));
    }

    const deadline = createDeadline(performance.now(), timeoutMs);
    work({ config, deadline, signal: end.signal }).then(
      (response) => {
        clearTimeout(timer);
        const body: unknown = response.data;
        if (body instanceof Readable) body.once('close', unlink);
        else unlink();
        resolve(response);
      },
      (error: Error) => {
        clearTimeout(timer);
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
