import fc from 'fast-check';

/** Four octets, most significant first. */
export type Octets = readonly [number, number, number, number];

type Digits = (value: number) => string;

const digits: fc.Arbitrary<Digits> = fc.oneof(
  fc.constant<Digits>((value) => String(value)),
  fc.nat(6).map(
    (zeros): Digits =>
      (value) =>
        '0'.repeat(zeros + 1) + value.toString(8),
  ),
  fc.tuple(fc.constantFrom('0x', '0X'), fc.nat(6), fc.boolean()).map(([mark, zeros, upper]): Digits => {
    return (value) => {
      const hex = '0'.repeat(zeros) + value.toString(16);
      return mark + (upper ? hex.toUpperCase() : hex);
    };
  }),
);

/** Another way to write a character that URL parsers map to it (UTS #46, percent-decoding). */
const disguises: fc.Arbitrary<(character: string) => string> = fc.constantFrom(
  (character) => character,
  (character) => `%${character.charCodeAt(0).toString(16)}`,
  (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0),
  (character) => (character === '.' ? '。' : character),
);

/** Every way to write an IPv4 address as the host of a URL. */
export const ipv4Spelling = (octets: Octets): fc.Arbitrary<string> =>
  fc
    .record({
      parts: fc.integer({ min: 1, max: 4 }),
      digits: fc.array(digits, { minLength: 4, maxLength: 4 }),
      disguise: fc.infiniteStream(disguises),
      trailing: fc.constantFrom('', '.', '..'),
    })
    .map(({ parts, digits, disguise, trailing }) => {
      const numbers = [...octets.slice(0, parts - 1), numberOf(octets.slice(parts - 1))];
      const plain = numbers.map((number, at) => digits[at]?.(number) ?? String(number)).join('.') + trailing;
      return [...plain].map((character) => next(disguise)(character)).join('');
    });

const hextet = (high: number, low: number) => ((high << 8) | low).toString(16);

/** Every way to write an IPv6 address that leads to an IPv4 one, bracketed. */
export const ipv6Detour = ([a, b, c, d]: Octets): fc.Arbitrary<string> => {
  const tails = [`${hextet(a, b)}:${hextet(c, d)}`, `${a}.${b}.${c}.${d}`];
  const prefixes = ['::ffff:', '0:0:0:0:0:FFFF:', '::', '::ffff:0:', '64:ff9b::', '2606:4700::5efe:'];
  const teredo = `2001:0:4136:e378:8000:63bf:${hextet(a ^ 0xff, b ^ 0xff)}:${hextet(c ^ 0xff, d ^ 0xff)}`;
  return fc
    .oneof(
      fc
        .tuple(fc.constantFrom(...prefixes), fc.constantFrom(...tails))
        .map(([prefix, tail]) => prefix + tail),
      fc.constantFrom(`2002:${tails[0]}::1`, teredo),
    )
    .chain((address) => fc.constantFrom(`[${address}]`, `[${address.toUpperCase()}]`));
};

function numberOf(octets: readonly number[]): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function next<T>(stream: Iterator<T>): T {
  const { value, done } = stream.next();
  if (done) throw new Error('the stream has ended');
  return value;
}
