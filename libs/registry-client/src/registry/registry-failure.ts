import { isNativeError } from 'node:util/types';
import type { Fault } from '@rollcall/contracts';
import { isJsonRecord, isString } from '../wire/json-record';
import { tlsFault } from './tls-fault';

/**
 * Why a call to a registry brought nothing: plain data, so that it passes through `postMessage` and into a log
 * as it is.
 */
export interface RegistryFailure {
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number;
  /** The answer's problem code (`INSTANCE_NOT_FOUND`), or the socket's (`ECONNREFUSED`), or `BAD_ANSWER`. */
  readonly code: string;
  readonly message: string;
  /** What was wrong with the request, as the registry listed it. */
  readonly faults?: readonly Fault[];
}

/** A thrown error as a failure: a socket's code where there is one (`ECONNREFUSED`), and a message that says something. */
export function failureOfError(error: unknown): RegistryFailure {
  if (!isNativeError(error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error && isString(error.code) ? error.code : error.name;
  // A host with several addresses fails with an AggregateError, whose own message is empty.
  const parts = 'errors' in error && Array.isArray(error.errors) ? error.errors.map(String) : [];
  const message = error.message || parts.join('; ') || code;
  const fault = tlsFault(code);
  return { code, message: fault === undefined ? message : `${fault} (${message})` };
}

/** An answer that says no, as a failure: what its problem+json says, or else its bare status. */
export function failureOfAnswer(status: number, body: unknown): RegistryFailure {
  const problem = isJsonRecord(body) ? body : {};
  const faults = Array.isArray(problem['faults']) ? problem['faults'].filter(isFault) : [];
  return {
    status,
    code: isString(problem['code']) ? problem['code'] : `HTTP_${status}`,
    message: isString(problem['detail']) ? problem['detail'] : `the registry answered ${status}`,
    ...(faults.length > 0 ? { faults } : {}),
  };
}

/** An answer of the right status that does not say what it should. */
export function badAnswer(what: string): RegistryFailure {
  return { code: 'BAD_ANSWER', message: `the registry's answer is not ${what}` };
}

function isFault(value: unknown): value is Fault {
  return isJsonRecord(value) && isString(value['path']) && isString(value['message']);
}
