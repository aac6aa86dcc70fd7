/** Which keys: one, or all that begin with a prefix (every key there is, for an empty one). */
export type KeyRange = { readonly key: string } | { readonly prefix: string };

/** @returns the two ends as etcd wants them: the second one is not in the range any more */
export function rangeOf(range: KeyRange): { readonly key: Buffer; readonly range_end?: Buffer } {
  if ('key' in range) return { key: Buffer.from(range.key) };
  const key = Buffer.from(range.prefix);
  return { key: key.length === 0 ? ZERO : key, range_end: endOfPrefix(key) };
}

/** The first key after `key`, for the next page of a list. */
export function keyAfter(key: Buffer): Buffer {
  return Buffer.concat([key, ZERO]);
}

/** As a key, the lowest; as the end of a range, "no end". */
const ZERO = Buffer.from([0]);

/** The prefix with its last byte raised by one; bytes that cannot be raised are cut off first. */
function endOfPrefix(prefix: Buffer): Buffer {
  const last = prefix.findLastIndex((byte) => byte < 0xff);
  if (last < 0) return ZERO;
  const end = Buffer.from(prefix.subarray(0, last + 1));
  end[last] = (end[last] ?? 0) + 1;
  return end;
}
