import type { ResponseHead } from '../../ports/transport';
import { isFieldValue } from '../../headers/field-value';
import { parseFieldLines, type KnownFieldLines } from './field-lines';

/** Up to the reason phrase. Many servers leave out its space where there is none; it is unambiguous. */
const STATUS_LINE = /^HTTP\/1\.[01] [1-9]\d\d(?: |$)/;
const MINOR_AT = 'HTTP/1.'.length;
const STATUS_AT = MINOR_AT + 2;
const REASON_AT = STATUS_AT + 4;

/**
 * @param text begins with status line and field lines, each with its CRLF, in Latin-1
 * @param to the end of these, which the empty line comes after
 * @param known of the head before on the same connection
 * @returns what is wrong, where they are malformed
 */
export function parseAnswerHead(text: string, to: number, known?: KnownFieldLines): ResponseHead | string {
  const end = text.indexOf('\r\n');
  const line = text.slice(0, end);
  const statusText = line.slice(REASON_AT);
  if (!STATUS_LINE.test(line) || !isFieldValue(statusText)) return 'malformed status line';
  const headers = parseFieldLines(text, end + 2, to, 'head', known);
  if (typeof headers === 'string') return headers;
  return {
    httpVersion: line[MINOR_AT] === '1' ? '1.1' : '1.0',
    status: Number(line.slice(STATUS_AT, STATUS_AT + 3)),
    statusText,
    headers,
  };
}

/** The head without Content-Length. */
export function withoutLength(head: ResponseHead): ResponseHead {
  const headers = head.headers.copy();
  headers.removeWhere((name) => name === 'content-length');
  return { ...head, headers };
}

/** The first bytes of a TLS alert, which a TLS server sends to a client that speaks plain HTTP (RFC 8446 §5.1). */
const TLS_ALERT = '\x15\x03';

/** What is wrong with the beginning of a head, before the rest has come. */
export function earlyHeadFault(text: string): string | undefined {
  if (!'HTTP/1.'.startsWith(text.slice(0, 7)))
    return text.startsWith(TLS_ALERT)
      ? 'TLS instead of HTTP: register the instance with https://'
      : 'not HTTP/1.x';
  const bare = /(?:^|[^\r])\n/.exec(text);
  if (bare === null) return undefined;
  return `line ${text.slice(0, bare.index).split('\n').length} of the head ends in a bare LF`;
}
