import type { IncomingMessage } from 'node:http';
import { isNativeError } from 'node:util/types';
import { REGISTRY_ERROR, type Problem } from '@rollcall/contracts';
import { CliFault } from '../cli-fault';
import { EXIT, type ExitCode } from '../exit-codes';
import { tlsFault } from './tls-faults';

/** Whom a command calls, in the words of its faults. */
export interface Peer {
  /** `the registry`, `the gateway's admin port` */
  readonly noun: string;
  /** Base addresses, without a trailing slash. */
  readonly urls: readonly string[];
  /** How to start it, or to say where it is. */
  readonly whenAway: string;
  /** How to give it a token. */
  readonly whenUnknown: string;
}

/** Node has no TLS alert for a client's certificate that it does not trust. */
const REFUSED_CERTIFICATE =
  'one that requires certificates cuts those who show one that its CLIENT_CA_FILE has not signed';

/** A call that got no answer. */
export function faultOfError({ noun, whenAway }: Peer, url: string, error: unknown): CliFault {
  const code = codeOf(error);
  const overTls = tlsFault(error);
  if (overTls !== undefined)
    return new CliFault(EXIT.away, `TLS with ${noun} at ${url} failed: ${overTls.fault}`, overTls.mend, {
      cause: error,
    });
  const isCut = code === 'ECONNRESET' || code === 'EPIPE';
  const what = isCut ? 'ended the connection' : 'does not answer';
  const message = isNativeError(error) ? error.message : String(error);
  const why = code === 'HPE_INVALID_CONSTANT' || code.startsWith('HPE_') ? 'what answers is not HTTP' : code;
  return new CliFault(
    EXIT.away,
    `${noun} at ${url} ${what} (${code === 'ETIMEDOUT' || code === 'TOO_LONG' ? message : why})`,
    isCut && url.startsWith('https:') ? `${whenAway}; ${REFUSED_CERTIFICATE}` : whenAway,
    { cause: error },
  );
}

/** Something else answers in its place: a web server, a proxy, another program of ours. */
export function notRollcall({ noun, whenAway }: Peer, url: string, what: string): CliFault {
  return new CliFault(EXIT.away, `what answers at ${url} is not ${noun} of Rollcall: ${what}`, whenAway);
}

export interface ErrorAnswer {
  readonly url: string;
  readonly status: number;
  /** Parsed JSON; `undefined` when it is none. */
  readonly body: unknown;
  readonly response: IncomingMessage;
}

/** An answer that says no. */
export function faultOfAnswer(peer: Peer, { url, status, body, response }: ErrorAnswer): CliFault {
  const problem = problemOf(body);
  if (problem === undefined) {
    const type = String(response.headers['content-type'] ?? 'no Content-Type').split(';')[0];
    return notRollcall(peer, url, `it answers ${status} with ${type}`);
  }
  const { code, detail = `status ${status}` } = problem;
  if (status === 401) return new CliFault(EXIT.notAllowed, `${peer.noun}: ${detail}`, peer.whenUnknown);
  if (code === 'FORBIDDEN') {
    const scope = missingScope(response);
    return new CliFault(
      EXIT.notAllowed,
      scope === undefined
        ? `${peer.noun}: ${detail}`
        : `the scope ${scope} is missing (${peer.noun}: ${detail})`,
      'rollcall whoami shows who you are there and with which scopes; docs/operations.md says how to give others',
    );
  }
  const faults = (problem.faults ?? []).map(({ message }) => `  ${message}`);
  return new CliFault(exitCodeFor(status, code), [`${peer.noun}: ${detail}`, ...faults].join('\n'));
}

function exitCodeFor(status: number, code: string | undefined): ExitCode {
  if (code === REGISTRY_ERROR.instanceNotFound) return EXIT.notFound;
  if (status === 404) return EXIT.notFound;
  if (status === 403 || status === 421) return EXIT.notAllowed;
  if (status === 400 || status === 413 || status === 422) return EXIT.usage;
  return status >= 500 || status === 429 ? EXIT.away : EXIT.no;
}

function problemOf(body: unknown): Partial<Problem> | undefined {
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'status' in body;
  return isProblem ? (body as Partial<Problem>) : undefined;
}

/** RFC 6750 §3: `WWW-Authenticate: Bearer …, scope="write:product"`. */
function missingScope(response: IncomingMessage): string | undefined {
  return /\bscope="([^"]*)"/.exec(response.headers['www-authenticate'] ?? '')?.[1];
}

/** A host with several addresses fails with an AggregateError, which has no code of its own on some versions of Node. */
function codeOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const one of [error, ...errors])
    if (isNativeError(one) && 'code' in one && typeof one.code === 'string') return one.code;
  return error.message || error.name;
}
