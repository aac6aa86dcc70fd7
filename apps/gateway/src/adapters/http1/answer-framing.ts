import type { AnswerHead } from './answer-head';
import { fieldName } from '../../headers/field-name';

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
  /** Milliseconds for which the instance says it keeps the connection; Infinity when it says nothing. */
  readonly keepAliveMs: number;
}

const NONE: AnswerBody = { kind: 'none' };
const CHUNKED: AnswerBody = { kind: 'chunked' };
const UNTIL_CLOSE: AnswerBody = { kind: 'until-close' };

/**
 * Where an answer ends. Whatever two readers could understand in two ways is a fault: more than one length, a length
 * beside chunks, any coding but chunked.
 *
 * @param bodiless the answer has no body whatever its fields say: it is one to HEAD
 * @returns a sentence where it cannot be said
 */
export function answerFraming(head: AnswerHead, bodiless: boolean): AnswerFraming | string {
  const { status, headers, minorVersion } = head;
  let length: string | undefined;
  let coding: string | undefined;
  let options = '';
  let keepAliveMs = Infinity;
  for (let index = 0; index < headers.length; index += 2) {
    const value = headers[index + 1] ?? '';
    switch (fieldName(headers[index] ?? '')) {
      case 'content-length':
        if (length !== undefined) return 'there is more than one Content-Length';
        length = value;
        break;
      case 'transfer-encoding':
        if (coding !== undefined) return 'there is more than one Transfer-Encoding';
        coding = value.toLowerCase();
        break;
      case 'connection':
        options = options === '' ? value.toLowerCase() : `${options},${value.toLowerCase()}`;
        break;
      case 'keep-alive':
        keepAliveMs = announcedMs(value);
        break;
      default:
    }
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return 'the Content-Length is no number';
  if (coding !== undefined && coding !== 'chunked') return 'a Transfer-Encoding other than chunked';
  if (coding !== undefined && length !== undefined) return 'a Content-Length beside a Transfer-Encoding';
  if (coding !== undefined && minorVersion === 0) return 'a Transfer-Encoding in HTTP/1.0';

  const body = bodyOf(status, bodiless, length, coding);
  return { body, keepAlive: body !== UNTIL_CLOSE && isKept(options, minorVersion), keepAliveMs };
}

function bodyOf(
  status: number,
  bodiless: boolean,
  length: string | undefined,
  coding: string | undefined,
): AnswerBody {
  if (bodiless || status < 200 || status === 204 || status === 304) return NONE;
  if (coding !== undefined) return CHUNKED;
  if (length === undefined) return UNTIL_CLOSE;
  return length === '0' ? NONE : { kind: 'length', length: Number(length) };
}

function isKept(options: string, minorVersion: 0 | 1): boolean {
  if (options === '') return minorVersion === 1;
  if (options === 'keep-alive') return true;
  const named = options.split(',').map((option) => option.trim());
  return !named.includes('close') && (minorVersion === 1 || named.includes('keep-alive'));
}

function announcedMs(keepAlive: string): number {
  const seconds = /(?:^|[,\s])timeout\s*=\s*(\d{1,6})/i.exec(keepAlive)?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * 1000;
}
