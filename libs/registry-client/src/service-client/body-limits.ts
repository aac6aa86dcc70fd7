import { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { callError } from './call-error';
import { SERVICE_CLIENT_ERROR } from './service-client-error';

/** Most bytes of a body that is held in memory as a whole. A streamed body is bounded by whoever reads or writes it. */
export interface BodyLimits {
  readonly maxRequestBytes: number;
  /** Counted after decompression. */
  readonly maxResponseBytes: number;
}

type AxiosLimits = Pick<InternalAxiosRequestConfig, 'maxBodyLength' | 'maxContentLength'>;

/** A limit of the request's own takes the place of the client's; axios's default of -1 is none. */
export function bodyLimits(config: InternalAxiosRequestConfig, limits: BodyLimits): Required<AxiosLimits> {
  return {
    maxBodyLength: ownLimit(config.maxBodyLength) ?? (isStreamed(config.data) ? -1 : limits.maxRequestBytes),
    maxContentLength:
      ownLimit(config.maxContentLength) ?? (config.responseType === 'stream' ? -1 : limits.maxResponseBytes),
  };
}

function ownLimit(value: number | undefined): number | undefined {
  return value !== undefined && value >= 0 ? value : undefined;
}

export function isStreamed(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'pipe' in data;
}

/** axios has one code for these and for several other failures; only its message tells them apart. */
const RESPONSE_EXCESS = /^maxContentLength size of (\d+) exceeded$/;
const REQUEST_EXCESS = /^Request body larger than maxBodyLength limit$/;

/** The error for a body that exceeded its limit; undefined for any other failure. */
export function excessOf(
  error: unknown,
  { config, limits }: { readonly config: InternalAxiosRequestConfig; readonly limits: BodyLimits },
): AxiosError | undefined {
  if (!(error instanceof AxiosError)) return undefined;
  const { maxBodyLength, maxContentLength } = bodyLimits(config, limits);
  if (RESPONSE_EXCESS.test(error.message)) {
    const message = `the answer is longer than ${maxContentLength} bytes (maxResponseBytes); raise the limit, or stream the answer`;
    return callError(SERVICE_CLIENT_ERROR.answerTooLarge, message, config, error);
  }
  if (REQUEST_EXCESS.test(error.message)) {
    const message = `the request body is longer than ${maxBodyLength} bytes (maxRequestBytes); raise the limit, or stream the body`;
    return callError(SERVICE_CLIENT_ERROR.requestTooLarge, message, config, error);
  }
  return undefined;
}
