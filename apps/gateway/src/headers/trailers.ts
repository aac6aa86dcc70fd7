import { withDashes } from './field-name';
import { headerListOf, type HeaderList } from './header-list';
import { isHopByHop } from './hop-by-hop';
import { isForwarding } from './request-passes';

/**
 * Fields that are acted on before a body is read, which makes them meaningless or harmful behind it (RFC 9110 §6.5.1):
 * some recipients merge trailers into the head. Those that say on whose behalf a request comes are `isForwarding`.
 */
const HEAD_ONLY: ReadonlySet<string> = new Set([
  // Framing and routing.
  ...['content-length', 'host', 'trailer', 'max-forwards', 'expect'],
  // How the content is to be read.
  ...['content-type', 'content-encoding', 'content-range', 'content-location', 'content-disposition'],
  // Credentials.
  ...['authorization', 'cookie', 'set-cookie', 'www-authenticate', 'origin', 'idempotency-key'],
  // Conditions and ranges.
  ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range', 'range'],
  // Caching and control of an answer.
  ...['age', 'cache-control', 'date', 'expires', 'location', 'pragma', 'retry-after', 'vary', 'warning'],
]);

/**
 * The trailers of a message that may be passed on. What is done to a field in the head holds for trailers of that name
 * too: whichever of them the head's edits would remove or change is dropped, as a trailer would be a way around them.
 *
 * @param raw name, value, name, value … as they came
 * @param head of the same message, as it came
 * @param edit everything that is done to the head on its way
 */
export function passTrailers(
  raw: readonly string[],
  head: Pick<HeaderList, 'all'>,
  edit: (fields: HeaderList) => void,
): readonly string[] {
  const edited = headerListOf(raw);
  // What Connection names is of this hop in both places (RFC 9110 §7.6.1).
  for (const options of head.all('connection')) edited.append('Connection', options);
  edit(edited);
  const left = valuesByName(edited.toRaw());
  const passed = new Set<string>();
  for (const [name, values] of valuesByName(raw))
    if (!isHeadOnly(withDashes(name)) && isSame(values, left.get(name))) passed.add(name);
  return raw.filter((_, index) => passed.has((raw[index - (index % 2)] ?? '').toLowerCase()));
}

/** Linear in the number of fields, as a caller sends as many as fit. */
function valuesByName(raw: readonly string[]): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [value]);
    else values.push(value);
  }
  return byName;
}

function isSame(before: readonly string[], after: readonly string[] = []): boolean {
  return before.length === after.length && before.every((value, index) => value === after[index]);
}

function isHeadOnly(name: string): boolean {
  return HEAD_ONLY.has(name) || isHopByHop(name) || isForwarding(name);
}
