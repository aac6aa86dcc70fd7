import type { Position } from './page';

/** A position as callers carry it: opaque text that is safe in a URL. Not a secret, and not to be taken apart. */
export function encodeCursor({ createdAt, id }: Position): string {
  return Buffer.from(`${createdAt}.${id}`).toString('base64url');
}

/** @returns `undefined` for anything that `encodeCursor` does not make */
export function decodeCursor(cursor: string): Position | undefined {
  const match = /^(\d{1,16})\.([\x21-\x7e]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const [, time, id] = match ?? [];
  if (time === undefined || id === undefined) return undefined;
  const position = { createdAt: Number(time), id };
  // Decoding base64 ignores what it does not know, so that many texts would stand for one position.
  return encodeCursor(position) === cursor ? position : undefined;
}
