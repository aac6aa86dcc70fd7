import { LONGEST_PATH_PREFIX } from '@rollcall/contracts';

const MAY_HAVE_CASE = /[^!-$&-@[-~]/;
/** No segment of a prefix is longer, each character encoded. */
const LONGEST_SEGMENT = 3 * LONGEST_PATH_PREFIX;

/** `/a/b` → `['a', 'b']`; `/` → `[]`. */
export function prefixSegments(pathPrefix: string): readonly string[] {
  return pathPrefix === '/' ? [] : pathPrefix.slice(1).split('/');
}

/**
 * What all segments share that differ only in letter case, for servers that make no difference; outside ASCII too, where
 * they decode first. More alike than any one server finds them: what is refused for it could be read in two ways.
 */
export function withoutCase(segment: string): string {
  if (!MAY_HAVE_CASE.test(segment) || segment.length > LONGEST_SEGMENT) return segment;
  return decoded(segment).toUpperCase().toLowerCase();
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
