import { withoutUserinfo } from '@rollcall/contracts';

/** Control characters (C0, DEL, C1), line separators, and what turns the direction of writing. For `replace`: it is global. */
export const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * A text as it may be shown on a terminal, in one line. Much of what is logged comes from outside: raw, an escape
 * sequence would repaint the screen, and a line end would forge another log line (CWE-117).
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  const inJson = JSON.stringify(character).slice(1, -1);
  return inJson === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : inJson;
}

/** What cannot be part of a URL: between two of these is at most one, or a list of them. */
const WORD = /[^\s"'<>]+/g;

/**
 * A text in which no URL has credentials any more (`postgres://***@db/shop`), wherever it comes from: error
 * messages of drivers and parsers repeat what they were given.
 */
export function withoutCredentials(text: string): string {
  if (!text.includes('://') || !text.includes('@')) return text;
  return text.replace(WORD, (word) => (word.includes('://') ? withoutUserinfo(word) : word));
}
