import type { HeaderList } from './header-list';

/** What decides on how a message ends on its way to the caller. */
export interface SentAnswer {
  readonly status: number;
  /** Of the request. */
  readonly method: string;
  /** `1.0` or `1.1`, of the request. */
  readonly httpVersion: string;
}

/**
 * Drops the fields that cannot go with the framing that the caller gets, which may be another one than the instance's.
 * Node throws at some of them and passes others on; neither is the instance's fault.
 */
export function fitFraming(headers: HeaderList, answer: SentAnswer): void {
  const { status } = answer;
  if (status === 204 || status < 200) {
    // RFC 9110 §8.6: no Content-Length. Without a body there are no trailers to announce either.
    headers.removeWhere(isFraming);
    return;
  }
  const length = headers.get('content-length');
  if (headers.get('trailer') !== undefined && !isChunked(answer, length))
    headers.removeWhere((name) => name === 'trailer');
  // Node decodes a Content-Disposition that comes behind a Content-Length as UTF-8, and writes it as Latin-1: a file's
  // name would arrive as other bytes (RFC 9110 §5.5).
  if (length !== undefined && headers.get('content-disposition') !== undefined)
    headers.set('Content-Length', length);
}

function isFraming(name: string): boolean {
  return name === 'content-length' || name === 'trailer';
}

/** Trailers exist in chunked bodies only, and those in HTTP/1.1 only (RFC 9112 §7.1.2). */
function isChunked({ status, method, httpVersion }: SentAnswer, length: string | undefined): boolean {
  return length === undefined && method !== 'HEAD' && status !== 304 && httpVersion !== '1.0';
}
