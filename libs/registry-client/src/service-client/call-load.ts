import axios, { AxiosError, type AxiosResponse } from 'axios';
import type { LoadCounter, LoadResult } from '../load/load-counter';
import { SERVICE_CLIENT_ERROR } from './service-client-error';

/** A call under way. */
export interface CountedCall {
  /** How often it has been sent. */
  attempts: number;
}

/** Counts a call as it ends for whoever makes it: with all its attempts, and what it waited for before them. */
export async function countCall(
  load: LoadCounter | undefined,
  work: (call: CountedCall) => Promise<AxiosResponse>,
): Promise<AxiosResponse> {
  const call: CountedCall = { attempts: 0 };
  if (load === undefined) return work(call);
  const startedAt = performance.now();
  load.inFlightChanged(1);
  let result: LoadResult = 'failed';
  try {
    const response = await work(call);
    result = response.status >= 500 ? 's5xx' : 'ok';
    return response;
  } catch (error) {
    result = resultOfError(axios.isAxiosError(error) ? error.code : undefined);
    throw error;
  } finally {
    load.inFlightChanged(-1);
    load.ended(result, performance.now() - startedAt, call.attempts > 1);
  }
}

const RESULTS: Readonly<Record<string, LoadResult>> = {
  [SERVICE_CLIENT_ERROR.unreachable]: 'refused',
  [SERVICE_CLIENT_ERROR.reset]: 'reset',
  [SERVICE_CLIENT_ERROR.badResponse]: 'bad_response',
  [SERVICE_CLIENT_ERROR.timedOut]: 'timed_out',
  // Whoever calls has ended it, or has asked for what cannot be sent.
  [AxiosError.ERR_CANCELED]: 'ok',
  [SERVICE_CLIENT_ERROR.badPath]: 'ok',
  [SERVICE_CLIENT_ERROR.requestTooLarge]: 'ok',
};

function resultOfError(code: string | undefined): LoadResult {
  return (code !== undefined && Object.hasOwn(RESULTS, code) ? RESULTS[code] : undefined) ?? 'failed';
}
