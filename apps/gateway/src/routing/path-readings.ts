import { canonicalPath } from '@rollcall/contracts';

/** Every other path is read in one way only, and in that one by everybody. */
const SPECIAL = /[^A-Za-z0-9._~!$&'()*+,=:@/-]|\/[/.]/;
/** What some servers split a path at, or end a segment at, and others do not. */
const DISPUTED = /[\\;]|%(?:2F|5C|3B)|\/\//;
const REFUSED = /[#\0-\x20\x7f]|%00/;
const TRIPLET = /%[0-9a-f]{2}/gi;
const LOWER_HEX = /%(?:[a-f]|.[a-f])/;
/** Each reading of such a path is written out whole, so a long one would cost a caller little and the gateway much. */
const LONGEST_DISPUTED = 2048;
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
  if (REFUSED.test(path)) return { fault: 'The path must not contain "#", spaces or control characters.' };
  const asItCame = LOWER_HEX.test(path) ? path.replace(TRIPLET, (triplet) => triplet.toUpperCase()) : path;
  const canonical = canonicalPath(asItCame);
  if (!DISPUTED.test(asItCame))
    return DOT_SEGMENT.test(canonical)
      ? DOTS
      : { readings: canonical === asItCame ? [canonical] : [asItCame, canonical] };
  if (path.length > LONGEST_DISPUTED)
    return {
      fault: `A path with "//", "\\", ";" or their encodings must not be longer than ${LONGEST_DISPUTED}.`,
    };

  const decoded = canonical.replaceAll('%5C', '\\').replaceAll('%3B', ';');
  const whole = decoded.replaceAll('%2F', '/');
  if (DOT_SEGMENT.test(withoutParameters(whole.replaceAll('\\', '/')))) return DOTS;
  const readings = new Set([asItCame, canonical, decoded, whole]);
  for (const [sign, read] of FURTHER)
    for (const reading of [...readings]) if (reading.includes(sign)) readings.add(read(reading));
  return { readings: [...readings] };
}

const ONE: PathReadings = { readings: undefined };
const DOTS: PathReadings = { fault: 'The path must not contain "." or ".." segments.' };

/** In this order, each of what all before it make; only where a path has the sign. */
const FURTHER: readonly (readonly [sign: string, read: (path: string) => string])[] = [
  ['\\', (path) => path.replaceAll('\\', '/')],
  [';', withoutParameters],
  ['//', withoutAuthority],
  ['//', (path) => path.replace(/\/{2,}/g, '/')],
];

function withoutParameters(path: string): string {
  return path.replace(/;[^/]*/g, '');
}

function withoutAuthority(path: string): string {
  return path.startsWith('//') ? path.replace(/^\/\/+[^/]*/, '') || '/' : path;
}
