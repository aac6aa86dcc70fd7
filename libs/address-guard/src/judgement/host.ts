import { isIP } from 'node:net';

/** The host of a URL: an address, or a name that has to be resolved. */
export type Host =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string };

/**
 * Reads a host in any spelling a URL may have it in (decimal, octal, hex, short, full-width, percent-encoded,
 * bracketed, with trailing dots) by the WHATWG rules, which all clients here use.
 *
 * @returns `undefined` for a text that is not a host
 */
export function parseHost(text: string): Host | undefined {
  const literal = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIP(literal) !== 0) return { kind: 'address', address: literal };
  // These end a host in a URL, or its parser drops them: with them, another host would be checked.
  if (text === '' || /[\s/?#@:\\]/.test(text)) return undefined;

  const name = whatwgHost(text);
  // The parser reads 127.0.0.1. as an address, but leaves 127.0.0.1.. and 2130706433.. names.
  const undotted = name && whatwgHost(withoutTrailingDots(name));
  if (!name || !undotted) return undefined;
  return isIP(undotted) === 0 ? { kind: 'name', name } : { kind: 'address', address: undotted };
}

/** The root dot makes a name absolute; it is the same name. */
export function withoutTrailingDots(name: string): string {
  let end = name.length;
  while (name[end - 1] === '.') end -= 1;
  return name.slice(0, end);
}

function whatwgHost(text: string): string | undefined {
  const url = `http://${text}`;
  return text !== '' && URL.canParse(url) ? new URL(url).hostname : undefined;
}
