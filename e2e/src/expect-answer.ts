import { timeScale } from '@rollcall/testing';

/** Longer than any answer should take, the gateway's hold included; a request that hangs this long has failed. */
const PATIENCE_MS = 30_000 * timeScale;

/** An answer as its reader sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body parsed as JSON, not looked at. */
  readonly json: () => unknown;
}

/** One request; every status is an answer. A `signal` in `init` replaces the usual patience. */
export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), ...init });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as unknown,
  };
}

/**
 * One request whose answer must have this status.
 *
 * @returns the answer's JSON body, not looked at
 * @throws when it has another one, or none in time
 */
export async function expectAnswer(url: string, status: number, init: RequestInit = {}): Promise<unknown> {
  const answer = await request(url, init);
  if (answer.status !== status) throw new Error(`${url} answered ${answer.status}: ${answer.text}`);
  return answer.text === '' ? undefined : answer.json();
}

/** The body and header of a JSON request. */
export function json(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
