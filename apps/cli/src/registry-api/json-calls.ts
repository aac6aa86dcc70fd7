import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { CliFault } from '../cli-fault';
import type { TlsTexts } from '../tls-texts';
import { EXIT } from '../exit-codes';
import { faultOfAnswer, faultOfError, notRollcall, type Peer } from './call-faults';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** As JSON. A change without one is sent with `{}`, since the registry takes nothing else. */
  readonly body?: object;
  /** Milliseconds until the whole answer has come; default 10 000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Calls to one peer. Each rejects with a `CliFault` that says what is wrong and how to mend it. */
export interface JsonCalls {
  /** @param keys that the answer has to have at the top; without them it is not Rollcall's */
  json<T>(call: Call, keys: readonly (keyof T & string)[]): Promise<T>;
  /** The body of a 2xx that is plain text. */
  text(call: Call): Promise<string>;
  /** For calls that are answered without a body. */
  done(call: Call): Promise<void>;
  /** The body of a 200 as it comes, and its address; for streams of events. No time-out but for the head. */
  stream(call: Call & { readonly accept: string }): Promise<IncomingMessage>;
}

export interface JsonCallsOptions extends Peer {
  readonly token: string | undefined;
  readonly tls: TlsTexts;
  /** The profile that forbids changes, if one does. */
  readonly readOnlyProfile: string | undefined;
}

const TIMEOUT_MS = 10_000;
/** More than the largest catalog: 100,000 instances of 2 KiB. */
const LONGEST_ANSWER = 256 * 1024 * 1024;
/** An answer that is an error is read no further. */
const LONGEST_ERROR = 64 * 1024;

export function createJsonCalls(options: JsonCallsOptions): JsonCalls {
  /** The address that answered last; the others are tried when it does not. */
  let inUse = 0;

  async function send(call: Call, accept: string): Promise<IncomingMessage> {
    const { urls } = options;
    refuseChange(call);
    const faults: CliFault[] = [];
    for (let tries = 0; tries < urls.length; tries += 1) {
      const url = urls[inUse % urls.length] ?? '';
      try {
        return await open(url, call, accept);
      } catch (error) {
        call.signal?.throwIfAborted();
        faults.push(faultOfError(options, url, error));
        inUse += 1;
      }
    }
    const [first] = faults;
    if (first === undefined || faults.length === 1) throw first ?? new Error('no address');
    throw new CliFault(first.exitCode, faults.map(({ message }) => message).join('\n'), first.mend);
  }

  function refuseChange({ method, path }: Call): void {
    const { readOnlyProfile } = options;
    if (readOnlyProfile === undefined || method === 'GET' || READS_BY_POST.has(path)) return;
    throw new CliFault(
      EXIT.notAllowed,
      `the profile ${readOnlyProfile} is read-only, and this command changes something`,
      'choose another one with --profile',
    );
  }

  function open(base: string, call: Call, accept: string): Promise<IncomingMessage> {
    const { method, path, query, body, timeoutMs = TIMEOUT_MS, signal } = call;
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const sent = method === 'GET' ? undefined : JSON.stringify(body ?? {});
    const { token, tls } = options;
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? requestOverTls : requestPlain)(url, {
        method,
        agent: false,
        ...tls,
        ...(signal === undefined ? {} : { signal }),
        headers: {
          accept,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(sent === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
        },
      });
      const timer = setTimeout(
        () =>
          request.destroy(
            Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }),
          ),
        timeoutMs,
      );
      request.once('response', (response) => {
        // A stream has no end that could be late.
        if (accept === EVENT_STREAM) clearTimeout(timer);
        else response.once('close', () => clearTimeout(timer));
        resolve(response);
      });
      request.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.end(sent);
    });
  }

  async function answered(call: Call, accept: string): Promise<{ text: string; body: unknown; url: string }> {
    const response = await send(call, accept);
    const url = options.urls[inUse % options.urls.length] ?? '';
    const status = response.statusCode ?? 0;
    const text = await textOf(response, status < 400 ? LONGEST_ANSWER : LONGEST_ERROR).catch(
      (error: unknown) => {
        call.signal?.throwIfAborted();
        throw faultOfError(options, url, error);
      },
    );
    const body = accept === JSON_TYPE || status >= 400 ? parsed(text) : undefined;
    if (status < 200 || status > 299) throw faultOfAnswer(options, { url, status, body, response });
    return { text, body, url };
  }

  return {
    async json<T>(call: Call, keys: readonly (keyof T & string)[]) {
      const { body, url } = await answered(call, JSON_TYPE);
      const isOurs = isRecord(body) && keys.every((key) => Object.hasOwn(body, key));
      if (!isOurs) throw notRollcall(options, url, 'it answers with another document');
      return body as T;
    },
    async text(call) {
      return (await answered(call, 'text/plain')).text;
    },
    async done(call) {
      await answered(call, JSON_TYPE);
    },
    async stream(call) {
      const response = await send(call, call.accept);
      const url = options.urls[inUse % options.urls.length] ?? '';
      const status = response.statusCode ?? 0;
      if (status !== 200) {
        const body = parsed(await textOf(response, LONGEST_ERROR));
        throw faultOfAnswer(options, { url, status, body, response });
      }
      if (String(response.headers['content-type']).startsWith(call.accept)) return response;
      response.destroy();
      throw notRollcall(options, url, 'it does not answer with a stream of events');
    },
  };
}

export const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';

/** Lists of names may be too long for a query. */
const READS_BY_POST: ReadonlySet<string> = new Set(['/watch', '/watch/additions']);

async function textOf(response: IncomingMessage, longest: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > longest) {
      response.destroy();
      throw Object.assign(new Error(`an answer of more than ${longest} bytes`), { code: 'TOO_LONG' });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
