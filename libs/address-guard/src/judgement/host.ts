import { isIP } from 'node:net';

/** Whom a URL names: an address, or a name that has to be resolved. */
export type Host =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string };

/**
 * Reads a host in any spelling a URL may have it in (decimal, octal, hex, short, full-width, percent-encoded,
 * bracketed, dotted at the end) by the WHATWG rules, which every client here connects by.
 *
 * @returns `undefined` for what is no host
 */
export function parseHost(text: string): Host | undefined {
  const literal = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIP(literal) !== 0) return { kind: 'address', address: literal };
  // What ends a host in a URL, and what its parser drops: left in, another host than this one would be judged.
  if (text === '' || /[\s/?#@:\\]/.test(text)) return undefined;

  const name = whatwgHost(text);
  // The parser reads 127.0.0.1. as an address, but leaves 127.0.0.1.. and 2130706433.. names.
  const undotted = name && whatwgHost(withoutTrailingDots(name));
  if (!name || !undotted) return undefined;
  return isIP(undotted) === 0 ? { kind: 'name', name } : { kind: 'address', address: undotted };
}

/** `name.` says where a name ends, not another name. */
export function withoutTrailingDots(name: string): string {
  let end = name.length;
  while (name[end - 1] === '.') end -= 1;
  return name.slice(0, end);
}

function whatwgHost(text: string): string | undefined {
  const url = `http://${text}`;
  return text !== '' && URL.canParse(url) ? new URL(url).hostname : undefined;
}
