import { createRegistryHttp, type LiveAccess } from './registry-access';
import { failureOfError, retryAfterMsOf, type RegistryFailure } from './registry-failure';
import { afterReads } from './wait';

/** The outcome of a call: an HTTP answer of any status, or none. */
export type RegistryAnswer =
  | {
      readonly answered: true;
      readonly status: number;
      /** Parsed JSON, or text where it is not JSON. Not validated. */
      readonly body: unknown;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly answered: false; readonly failure: RegistryFailure };

/** Single calls to a registry. Never rejects. */
export interface RegistryCalls {
  /** @param options.timeoutMs limit of this call, where it is another than the usual one */
  post(
    registryUrl: string,
    path: string,
    body: object,
    options?: { readonly timeoutMs?: number },
  ): Promise<RegistryAnswer>;
  close(): void;
}

/** Far more than any answer to a call has. */
const LONGEST_ANSWER = 1024 * 1024;

export function createRegistryCalls(access: LiveAccess, requestTimeoutMs: number): RegistryCalls {
  const http = createRegistryHttp(access, { keepAlive: true });

  return {
    async post(registryUrl, path, body, { timeoutMs = requestTimeoutMs } = {}) {
      // Not axios's own time-out: that one starts anew with every byte of an answer that trickles.
      const timeout = new AbortController();
      const stopTimer = afterReads(Math.ceil(timeoutMs), () => timeout.abort());
      try {
        const { status, data, headers } = await http.axios.post<unknown>(registryUrl + path, body, {
          signal: timeout.signal,
          maxContentLength: LONGEST_ANSWER,
        });
        return { answered: true, status, body: data, retryAfterMs: retryAfterMsOf(headers['retry-after']) };
      } catch (error) {
        const failure = timeout.signal.aborted
          ? {
              code: 'ETIMEDOUT',
              message: `the registry at ${registryUrl} did not answer within ${timeoutMs} ms`,
            }
          : failureOfError(error);
        return { answered: false, failure };
      } finally {
        stopTimer();
      }
    },
    close: () => http.close(),
  };
}
