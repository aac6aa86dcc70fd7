import { canonicalPath, LONGEST_PATH_PREFIX } from '@rollcall/contracts';

/** A path with none of these is decoded in the same way by every server. */
const SPECIAL = /[^A-Za-z0-9._~!$&'()*+,=:@/-]|\/[/.]/;
/** An encoding is needed, and is one in every reading, unless it stands for a plain character, `/`, `\`, `;` or `%`. */
const NEEDLESS_OR_DISPUTED =
  /[^A-Za-z0-9._~!$&'()*+,=:@/%-]|\/\/|%(?!0[1-9A-F]|1[0-9A-F]|2[023]|3[CEF]|5[BDE]|60|7[BCDF]|[89A-F][0-9A-F]|25(?![0-9A-F]))/i;
/** What some servers split a path at, or end a segment at, and others do not; or what some decode twice. */
const DISPUTED = /[\\;]|%(?:2F|5C|3B)|\/\/|%25(?:[0-9A-F]|%[346][0-9A-F]){2}/i;
/** A percent sign that was encoded, in front of what it would be an encoding with: for those who decode twice. */
const ENCODED_TWICE = /%25(?=[0-9A-F]{2})/gi;
const REFUSED = /[#\0-\x20\x7f]|%00|%25(?:0|%30){2}/;
const DOT_SEGMENT = dotSegment();
const TRIPLET = /%[0-9a-f]{2}/gi;
const LOWER_HEX = /%(?:[a-f]|.[a-f])/;
/** Each reading of such a path is written out whole, so a long one would cost a caller little and the gateway much. */
const LONGEST_DISPUTED = 2048;
/** More of a path decides on no route, even if each character that a prefix has is encoded. */
const DECIDING_LENGTH = 3 * (LONGEST_PATH_PREFIX + 1);

/** A path that servers read in more than one way. */
export interface SeveralReadings {
  /** Index of the first character that the readings may differ from. */
  readonly from: number;
  /**
   * As much of each reading as can decide on a route; the path as it came is not among them unless some server reads it so. Put
   * together when first asked for: beneath most prefixes it does not matter how the rest is read.
   */
  all(): readonly string[];
}

export type PathReadings = { readonly several: SeveralReadings | undefined } | { readonly fault: string };

/**
 * Every way in which an ordinary server may read a path: character by character as it came, percent-decoded (all of it,
 * or all but `%2F`; once, or twice as PHP does behind a rewriting Apache), with `\` as `/`, without `;parameters`, with
 * `//` as `/`, and with an authority where it begins with `//` (RFC 3986 §4.2). The gateway cannot know which of them an
 * instance makes: a request whose readings do not lead to one route would be judged by the policies of one path and
 * answered for another. (That some ignore letter case is the route table's affair.)
 *
 * Dot segments, in whatever reading, and characters that no path has are refused: a caller resolves the former itself
 * (RFC 3986 §5.2.4), and some cut a path at `#` or NUL.
 *
 * @param path of a request, without query; begins with a slash
 */
export function readingsOf(path: string): PathReadings {
  const from = path.search(SPECIAL);
  if (from === -1) return ONE;
  if (REFUSED.test(path)) return { fault: 'The path must not contain "#", spaces or control characters.' };
  if (DOT_SEGMENT.test(path)) return { fault: 'The path must not contain "." or ".." segments.' };
  if (!NEEDLESS_OR_DISPUTED.test(path))
    return LOWER_HEX.test(path) ? { several: lazily(from, () => [upperHex(deciding(path))]) } : ONE;
  if (!DISPUTED.test(path)) return { several: lazily(from, () => undisputed(path)) };
  return path.length > LONGEST_DISPUTED
    ? {
        fault: `A path with "//", "\\", ";" or their encodings must not be longer than ${LONGEST_DISPUTED}.`,
      }
    : { several: lazily(from, () => disputed(path)) };
}

const ONE: PathReadings = { several: undefined };

function lazily(from: number, read: () => readonly string[]): SeveralReadings {
  let readings: readonly string[] | undefined;
  return { from, all: () => (readings ??= read()) };
}

function deciding(path: string): string {
  return path.length > DECIDING_LENGTH ? path.slice(0, DECIDING_LENGTH) : path;
}

function upperHex(path: string): string {
  return LOWER_HEX.test(path) ? path.replace(TRIPLET, (triplet) => triplet.toUpperCase()) : path;
}

function undisputed(path: string): readonly string[] {
  const asItCame = upperHex(deciding(path));
  const canonical = canonicalPath(asItCame);
  return canonical === asItCame ? [canonical] : [asItCame, canonical];
}

function disputed(path: string): readonly string[] {
  const asItCame = upperHex(path);
  const once = canonicalPath(asItCame);
  const readings = new Set([asItCame, once, ...separatorsDecoded(once)]);
  const twice = once.replace(ENCODED_TWICE, '%');
  if (twice !== once) for (const reading of separatorsDecoded(canonicalPath(twice))) readings.add(reading);
  for (const [sign, read] of FURTHER)
    for (const reading of [...readings]) if (reading.includes(sign)) readings.add(read(reading));
  return [...readings];
}

function separatorsDecoded(canonical: string): readonly string[] {
  const decoded = canonical.replaceAll('%5C', '\\').replaceAll('%3B', ';');
  return [decoded, decoded.replaceAll('%2F', '/')];
}

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

/** `.` and `..` between what is a separator in any reading, each in any coding that two rounds of decoding undo. */
function dotSegment(): RegExp {
  const coded = (high: string, low: string, lowEncoded: string) =>
    `%${high}${low}|%25(?:${high}|%3${high})(?:${low}|%[46]${lowEncoded})`;
  const separator = `[/\\\\]|${coded('2', 'F', '6')}|${coded('5', 'C', '3')}`;
  const dot = `\\.|${coded('2', 'E', '5')}`;
  return new RegExp(`(?:${separator})(?:${dot}){1,2}(?:${separator}|;|${coded('3', 'B', '2')}|$)`, 'i');
}
