import { canonicalPath } from '@rollcall/contracts';

/** Every other path is read in one way only, and in that one by everybody. */
const SPECIAL = /[^A-Za-z0-9._~!$&'()*+,=:@/-]|\/[/.]/;
/** What some servers split a path at, or end a segment at, and others do not. */
const DISPUTED = /[\\;]|%(?:2F|5C|3B)|\/\//;
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/;

export type PathReadings =
  /** Other readings than the path itself, which is not among them if nobody reads it as it came; none for most paths. */
  { readonly readings: readonly string[] | undefined } | { readonly fault: string };

/**
 * Every way in which an ordinary server may read a path: character by character as it came, percent-decoded (all of it,
 * or all but `%2F`), with `\` as `/`, without `;parameters`, with `//` as `/`, and with an authority where it begins with
 * `//` (RFC 3986 §4.2). The gateway cannot know which of them an instance makes: a request whose readings do not lead to
 * one route would be judged by the policies of one path and answered for another.
 *
 * Dot segments, in whatever reading, and characters that no path has are refused: a caller resolves the former itself
 * (RFC 3986 §5.2.4), and some cut a path at `#` or NUL.
 *
 * @param path of a request, without query; begins with a slash
 */
export function readingsOf(path: string): PathReadings {
  if (!SPECIAL.test(path)) return ONE;
  if (/[#\0-\x20\x7f]|%00/.test(path))
    return { fault: 'The path must not contain "#", spaces or control characters.' };
  const asItCame = path.replace(/%[0-9a-f]{2}/gi, (triplet) => triplet.toUpperCase());
  const canonical = canonicalPath(asItCame);
  const decoded = canonical.replace(/%5C/g, '\\').replace(/%3B/g, ';');
  const whole = decoded.replace(/%2F/g, '/');
  if (DOT_SEGMENT.test(withoutParameters(whole.replaceAll('\\', '/'))))
    return { fault: 'The path must not contain "." or ".." segments.' };
  if (!DISPUTED.test(asItCame)) return { readings: unique([asItCame, canonical]) };

  let readings = unique([asItCame, canonical, decoded, whole]);
  for (const read of [backslashesAsSlashes, withoutParameters, withoutAuthority, withoutEmptySegments])
    readings = unique([...readings, ...readings.map(read)]);
  return { readings };
}

const ONE: PathReadings = { readings: undefined };

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)];
}

function backslashesAsSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}

function withoutParameters(path: string): string {
  return path.replace(/;[^/]*/g, '');
}

function withoutAuthority(path: string): string {
  return path.startsWith('//') ? path.replace(/^\/\/+[^/]*/, '') || '/' : path;
}

function withoutEmptySegments(path: string): string {
  return path.replace(/\/{2,}/g, '/');
}
