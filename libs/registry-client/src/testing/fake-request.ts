import type { IncomingMessage } from 'node:http';

/** A call as the fake registry received it. */
export interface RecordedCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; undefined when there was no body or it was not JSON. */
  readonly body: unknown;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

export async function readCall(request: IncomingMessage): Promise<RecordedCall> {
  const at = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    body: parseJson(Buffer.concat(chunks).toString('utf8')),
    at,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
