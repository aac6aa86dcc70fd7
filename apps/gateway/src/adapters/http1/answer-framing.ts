import type { ResponseHead } from '../../ports/transport';

/** How an answer's body ends (RFC 9112 §6.3). */
export type AnswerBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

export interface AnswerFraming {
  readonly body: AnswerBody;
  /** The connection may carry another request after it. */
  readonly keepAlive: boolean;
  /** Milliseconds for which the instance announces to keep the connection; Infinity without an announcement. */
  readonly keepAliveMs: number;
  /** The fields contradict each other about the length; harmless, as there is no body. */
  readonly lengthIsVoid: boolean;
}

const NONE: AnswerBody = { kind: 'none' };
const CHUNKED: AnswerBody = { kind: 'chunked' };
const UNTIL_CLOSE: AnswerBody = { kind: 'until-close' };

/**
 * The framing of an answer. Whatever could be read in two ways is a fault: more than one length, a length beside chunks,
 * any coding but chunked. Where there is no body, nothing can be misread, and such fields are no fault.
 *
 * @param bodiless the answer has no body whatever its fields say: it is one to HEAD
 * @returns what is wrong, where the framing is ambiguous
 */
export function answerFraming(head: ResponseHead, bodiless: boolean): AnswerFraming | string {
  const { status, headers, httpVersion } = head;
  let length: string | undefined;
  let coding: string | undefined;
  let repeated: string | undefined;
  let options = '';
  let keepAliveMs = Infinity;
  const { names } = headers;
  const raw = headers.toRaw();
  for (let place = 0; place < names.length; place += 1) {
    const value = raw[2 * place + 1] ?? '';
    switch (names[place]) {
      case 'content-length':
        if (length !== undefined) repeated = 'more than one Content-Length';
        length = value;
        break;
      case 'transfer-encoding':
        if (coding !== undefined) repeated = 'more than one Transfer-Encoding';
        coding = value.toLowerCase();
        break;
      case 'connection':
        options = options === '' ? value : `${options},${value}`;
        break;
      case 'keep-alive':
        keepAliveMs = announcedMs(value);
        break;
      default:
    }
  }
  const byStatus = status === 204 || status === 304;
  const hasNoBody = bodiless || byStatus;
  const fault = repeated ?? faultOf(length, coding, httpVersion);
  if (fault !== undefined && !hasNoBody) return fault;

  const body = hasNoBody ? NONE : bodyOf(length, coding);
  const lengthIsVoid = fault !== undefined;
  // An instance that announces a body with a 204 may send one: it would be taken for the next answer.
  const strays = byStatus && (coding !== undefined || (status === 204 && Number(length ?? 0) !== 0));
  const keepAlive = body !== UNTIL_CLOSE && !lengthIsVoid && !strays && isKept(options, httpVersion);
  return { body, keepAlive, keepAliveMs, lengthIsVoid };
}

function faultOf(
  length: string | undefined,
  coding: string | undefined,
  httpVersion: ResponseHead['httpVersion'],
): string | undefined {
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return 'a Content-Length that is not a number';
  if (coding === undefined) return undefined;
  if (coding !== 'chunked') return 'a Transfer-Encoding other than chunked';
  if (length !== undefined) return 'a Content-Length beside a Transfer-Encoding';
  return httpVersion === '1.0' ? 'a Transfer-Encoding in HTTP/1.0' : undefined;
}

function bodyOf(length: string | undefined, coding: string | undefined): AnswerBody {
  if (coding !== undefined) return CHUNKED;
  if (length === undefined) return UNTIL_CLOSE;
  return length === '0' ? NONE : { kind: 'length', length: Number(length) };
}

function isKept(options: string, httpVersion: ResponseHead['httpVersion']): boolean {
  if (options === '') return httpVersion === '1.1';
  if (options === 'keep-alive') return true;
  const named = options
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
  return !named.includes('close') && (httpVersion === '1.1' || named.includes('keep-alive'));
}

function announcedMs(keepAlive: string): number {
  const seconds = /(?:^|[,\s])timeout\s*=\s*(\d{1,6})/i.exec(keepAlive)?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * 1000;
}
