import { isNativeError } from 'node:util/types';
import type { Fault } from '@rollcall/contracts';
import { isJsonRecord, isString } from '../wire/json-record';
import { tlsFault } from './tls-fault';

/**
 * The reason why a call to a registry failed: plain data, so that it passes through `postMessage` and into a log
 * as it is.
 */
export interface RegistryFailure {
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number;
  /** The answer's problem code (`INSTANCE_NOT_FOUND`), or the socket's (`ECONNREFUSED`), or `BAD_ANSWER`. */
  readonly code: string;
  readonly message: string;
  /** The faults of the request, as the registry listed them. */
  readonly faults?: readonly Fault[];
  /** When the registry wants to be asked again, milliseconds from its answer; absent when it did not say. */
  readonly retryAfterMs?: number;
}

/** The failure of a thrown error: a socket's code where there is one (`ECONNREFUSED`), and a message that is not empty. */
export function failureOfError(error: unknown): RegistryFailure {
  if (!isNativeError(error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error && isString(error.code) ? error.code : error.name;
  // A host with several addresses fails with an AggregateError, whose own message is empty.
  const parts = 'errors' in error && Array.isArray(error.errors) ? error.errors.map(String) : [];
  const message = error.message || parts.join('; ') || code;
  const fault = tlsFault(error);
  return { code, message: fault === undefined ? message : `${fault} (${message})` };
}

/** The failure of an error answer: the code and detail of its problem+json, or else its bare status. */
export function failureOfAnswer(status: number, body: unknown, retryAfterMs?: number): RegistryFailure {
  const problem = isJsonRecord(body) ? body : {};
  const faults = Array.isArray(problem['faults']) ? problem['faults'].filter(isFault) : [];
  return {
    status,
    code: isString(problem['code']) ? problem['code'] : `HTTP_${status}`,
    message: isString(problem['detail'])
      ? problem['detail']
      : `the registry answered ${status} without a problem document`,
    ...(faults.length > 0 ? { faults } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** A longer Retry-After is cut: the registry may be mended long before, and could not tell this process. */
const LONGEST_RETRY_AFTER_SECONDS = 300;

/** What a header `Retry-After` asks for. Seconds only (RFC 9110 §10.2.3 also allows a date, which needs both clocks to agree). */
export function retryAfterMsOf(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d+$/.test(header)
    ? Math.min(Number(header), LONGEST_RETRY_AFTER_SECONDS) * 1000
    : undefined;
}

/** The failure of an answer with a good status and a malformed body. */
export function badAnswer(what: string): RegistryFailure {
  return { code: 'BAD_ANSWER', message: `malformed answer of the registry: expected ${what}` };
}

function isFault(value: unknown): value is Fault {
  return isJsonRecord(value) && isString(value['path']) && isString(value['message']);
}
