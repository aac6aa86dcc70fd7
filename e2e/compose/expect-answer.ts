/** Longer than any answer should take; a request that hangs this long has failed its caller. */
const PATIENCE_MS = 5000;

/**
 * One request whose answer must have this status.
 *
 * @returns the answer's JSON body, not looked at
 * @throws when it has another one, or none in time
 */
export async function expectAnswer(url: string, status: number, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = await response.text();
  if (response.status !== status) throw new Error(`${url} answered ${response.status}: ${body}`);
  return JSON.parse(body);
}

/** The body and header of a JSON request. */
export function json(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
