import type { HeaderList } from './header-list';

/** What decides on how a message ends on its way to the caller. */
export interface SentAnswer {
  readonly status: number;
  /** Of the request. */
  readonly method: string;
  /** `1.0`, `1.1` or `2.0`, of the request. */
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
  if (headers.get('trailer') !== undefined && !canHaveTrailers(answer, length))
    headers.removeWhere((name) => name === 'trailer');
  // Node decodes a Content-Disposition that comes behind a Content-Length as UTF-8, and writes it as Latin-1: a file's
  // name would arrive as other bytes (RFC 9110 §5.5).
  if (length !== undefined && headers.get('content-disposition') !== undefined)
    headers.set('Content-Length', length);
}

function isFraming(name: string): boolean {
  return name === 'content-length' || name === 'trailer';
}

/** Behind every body of HTTP/2 (RFC 9113 §8.1), and behind those of HTTP/1.1 that are chunked (RFC 9112 §7.1.2). */
function canHaveTrailers({ status, method, httpVersion }: SentAnswer, length: string | undefined): boolean {
  if (method === 'HEAD' || status === 304) return false;
  return httpVersion === '2.0' || (length === undefined && httpVersion === '1.1');
}
