import fc from 'fast-check';

type Json = fc.JsonValue;

/** Values that have broken a program before, at whatever place they stand. */
const oddValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    -1,
    0,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    '',
    ' ',
    '__proto__',
    '..',
    'a'.repeat(2000),
    '\u0000',
    '\ud800',
    '\u202e\u200b',
    '🦔'.repeat(40),
    [],
    [[[[]]]],
    {},
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
  fc.array(fc.constantFrom('a', 'b', ' '), { maxLength: 80 }),
  fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 80 }),
);

const oddKey = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'Service_Name', ''),
  fc.string({ maxLength: 8 }),
);

/** One thing wrong with a JSON object: a member too many, too few, or of another kind. `pick` chooses the member. */
const fault = fc.record({
  kind: fc.constantFrom('replace', 'drop', 'add', 'wrap'),
  pick: fc.nat(),
  key: oddKey,
  value: oddValue,
});

function spoil(members: readonly (readonly [string, Json])[], wrong: FaultOf): (readonly [string, Json])[] {
  const at = members.length === 0 ? 0 : wrong.pick % members.length;
  switch (wrong.kind) {
    case 'drop':
      return members.filter((_member, index) => index !== at);
    case 'add':
      return [...members, [wrong.key, wrong.value]];
    case 'replace':
      return members.map(([name, value], index) => [name, index === at ? wrong.value : value]);
    case 'wrap':
      return members.map(([name, value], index) => [name, index === at ? [value] : value]);
  }
}
type FaultOf = typeof fault extends fc.Arbitrary<infer F> ? F : never;

/** The text of a valid object, member by member, since no object holds a key twice or `__proto__` as a plain one. */
function textOf(members: readonly (readonly [string, Json])[]): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

/** The text of a body that was valid until one to three things about it were changed. */
export function mutated(valid: fc.Arbitrary<object>): fc.Arbitrary<string> {
  return fc
    .tuple(valid, fc.array(fault, { minLength: 1, maxLength: 3 }))
    .map(([body, faults]) => textOf(faults.reduce(spoil, Object.entries(body))));
}

/** The text of a valid body, cut off or with something put into the middle of it. */
export function damaged(valid: fc.Arbitrary<object>): fc.Arbitrary<string> {
  const scrap = fc.oneof(
    fc.constantFrom('', '"', '\\', '{', ']', ',', '\u0000', '\ufeff', '\\ud800', '1e999', '//', 'NaN'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  return fc.tuple(valid, fc.nat(), scrap, fc.boolean()).map(([body, place, put, cuts]) => {
    const text = JSON.stringify(body);
    const at = place % (text.length + 1);
    return text.slice(0, at) + put + (cuts ? '' : text.slice(at));
  });
}

/** No valid body was ever near it. */
export const garbage: fc.Arbitrary<string> = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('[', '{', '"').map((opening) => opening.repeat(20_000)),
  fc.constantFrom('', ' ', 'null', '0', '"text"', '[1]', '{"a":'.repeat(3000)),
  fc
    .integer({ min: 60_000, max: 70_000 })
    .map((length) => JSON.stringify({ service_name: 'x'.repeat(length) })),
);
