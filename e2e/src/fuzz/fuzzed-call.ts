import fc from 'fast-check';
import { damaged, garbage, mutated } from './json-mutation';
import { registryOperations, type Operation } from './registry-operations';

/** One request, as it goes over the wire. */
export interface FuzzedCall {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | undefined;
  /** With a length that says how long it is, or in chunks. */
  readonly chunked: boolean;
}

/** What a header may hold at all (RFC 9110 §5.5): anything else Node's own client refuses to send. */
const fieldValue = fc
  .array(fc.oneof(fc.integer({ min: 0x21, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff })), {
    maxLength: 60,
  })
  .map((codes) => String.fromCharCode(...codes));
/** What a request line may hold, once it is sent at all. */
const pathText = fc
  .array(
    fc.oneof(fc.constantFrom('%', '/', '.', '%2e', '%00', '%zz', ';', '?', '='), fc.string({ maxLength: 3 })),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join('').replace(/[^\u0021-\u00ff]/g, ''));

const contentType = fc.oneof(
  { weight: 20, arbitrary: fc.constant('application/json') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-8',
      'application/json; charset=utf-16le',
      'application/json; charset=no-such-thing',
      'APPLICATION/JSON;charset="',
      'application/vnd.api+json',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      ';',
      '',
    ),
  },
  { weight: 1, arbitrary: fieldValue },
);

const oddHeaders = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-encoding',
    'authorization',
    'content-encoding',
    'cookie',
    'if-none-match',
    'last-event-id',
    'origin',
    'range',
    'traceparent',
    'tracestate',
    'x-forwarded-for',
    'x-request-id',
    '__proto__',
  ),
  fc.oneof(
    fieldValue,
    fc.array(fieldValue, { minLength: 2, maxLength: 3 }),
    fc.constantFrom('gzip', 'Bearer ', 'Basic \u00ff', '0', '-1', '9.0', 'bytes=0-', 'x'.repeat(9000)),
  ),
  { maxKeys: 4 },
);

const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND');

function bodyOf({ body }: Operation): fc.Arbitrary<string | undefined> {
  if (body === undefined)
    return fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: garbage });
  return fc.oneof(
    { weight: 30, arbitrary: body.map((valid) => JSON.stringify(valid)) },
    { weight: 40, arbitrary: mutated(body) },
    { weight: 15, arbitrary: damaged(body) },
    { weight: 12, arbitrary: garbage },
    { weight: 3, arbitrary: fc.constant(undefined) },
  );
}

function targetOf({ path, query = {} }: Operation): fc.Arbitrary<string> {
  const right = fc.record(query, { requiredKeys: [] });
  const odd = fc.dictionary(
    fc.oneof(fc.constantFrom(...Object.keys(query), '__proto__', 'x[]', 'a[b]'), pathText),
    fc.oneof(pathText, fc.constantFrom('', '-1', '1e9', '%', '%ff', 'x'.repeat(7000))),
    { maxKeys: 3 },
  );
  const rightly = fc.tuple(path, right).map(([at, values]) => withQuery(at, Object.entries(values)));
  const oddly = fc
    .tuple(path, right, odd)
    .map(([at, values, others]) => withQuery(at, [...Object.entries(values), ...Object.entries(others)]));
  const elsewhere = fc.tuple(path, pathText, fc.nat()).map(([at, text, place]) => {
    const cut = 1 + (place % at.length);
    return `${at.slice(0, cut)}${text}${at.slice(cut)}`;
  });
  return fc.oneof(
    { weight: 30, arbitrary: rightly },
    { weight: 4, arbitrary: oddly },
    { weight: 2, arbitrary: elsewhere },
    { weight: 1, arbitrary: pathText.map((text) => `/${text}`) },
  );
}

function withQuery(path: string, entries: readonly (readonly [string, string | undefined])[]): string {
  return entries.length === 0
    ? path
    : `${path}?${entries.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

function callOf(operation: Operation): fc.Arbitrary<FuzzedCall> {
  return fc
    .record({
      method: fc.oneof(
        { weight: 30, arbitrary: fc.constant(operation.method) },
        { weight: 1, arbitrary: method },
      ),
      target: targetOf(operation),
      type: contentType,
      headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
      body: bodyOf(operation),
      encoding: fc.constantFrom<BufferEncoding>('utf8', 'utf8', 'utf8', 'latin1'),
      chunked: fc.boolean(),
    })
    .map(({ type, encoding, body, headers, ...rest }) => ({
      ...rest,
      headers: body === undefined ? headers : { ...headers, 'content-type': type },
      body: body === undefined ? undefined : Buffer.from(body, encoding),
    }));
}

function weightOf({ template, body }: Operation): number {
  // Most other calls are about somebody who is listed.
  if (template === '/register') return 8;
  return body === undefined ? 1 : 2;
}

/** Any call of the registry, right or wrong in any of its parts. */
export const fuzzedCall: fc.Arbitrary<FuzzedCall> = fc.oneof(
  ...registryOperations.map((operation) => ({
    weight: weightOf(operation),
    arbitrary: callOf(operation),
  })),
);
