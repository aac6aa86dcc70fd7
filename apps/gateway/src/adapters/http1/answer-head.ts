import type { ResponseHead } from '../../ports/transport';
import { headerListOf } from '../../headers/header-list';
import { parseFieldLines } from './field-lines';

/** The part of an answer before its body. */
export interface AnswerHead extends ResponseHead {
  /** `0` of HTTP/1.0, `1` of HTTP/1.1. */
  readonly minorVersion: 0 | 1;
}

// Many servers leave out the last space of a status line without a reason phrase; it is unambiguous.
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([^\0-\x08\x0a-\x1f\x7f]*))?$/;

/**
 * @param text status line and field lines, each with its CRLF, in Latin-1; without the empty line after them
 * @returns what is wrong, where they are malformed
 */
export function parseAnswerHead(text: string): AnswerHead | string {
  const end = text.indexOf('\r\n');
  const match = STATUS_LINE.exec(text.slice(0, end));
  if (match === null) return 'malformed status line';
  const headers = parseFieldLines(text, end + 2, 'head');
  if (typeof headers === 'string') return headers;
  return {
    minorVersion: match[1] === '1' ? 1 : 0,
    status: Number(match[2]),
    statusText: match[3] ?? '',
    headers,
  };
}

/** The head without Content-Length. */
export function withoutLength(head: AnswerHead): AnswerHead {
  const headers = headerListOf(head.headers);
  headers.removeWhere((name) => name === 'content-length');
  return { ...head, headers: headers.toRaw() };
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
