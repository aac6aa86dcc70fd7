import fc from 'fast-check';
import Joi from 'joi';
import { checkInput, MOST_FAULTS } from './check-input';
import { heartbeatRequestSchema } from './heartbeat';
import { shapeOf, type InputShape } from './input-shape';
import { registerRequestSchema } from './registration';

const minimal = { service_name: 'product', url: 'http://product:8081' };
const faultsOf = (body: unknown) => {
  const checked = checkInput(registerRequestSchema, body);
  return 'faults' in checked ? checked.faults : [];
};
const manyKeys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));

describe('checkInput', () => {
  it('takes null for an optional field as if it were not there, at every depth', () => {
    const nothing = { version: null, zone: null, tags: null, weight: null, metadata: null, status: null };
    const routes = [{ path_prefix: '/a', host: null, methods: null, strip_prefix: null }];
    const more = { routes, ttl_seconds: null, health_path: null, instance_id: null };
    expect(checkInput(registerRequestSchema, { ...minimal, ...nothing, ...more })).toEqual({
      value: { ...minimal, routes: [{ path_prefix: '/a' }] },
    });
    expect(
      checkInput(heartbeatRequestSchema, { instance_id: 'a', url: null, epoch: null, status: null }),
    ).toEqual({
      value: { instance_id: 'a' },
    });
  });

  it('does not take null for what is required, for an item or for an entry of a map', () => {
    expect(faultsOf({ ...minimal, url: null })).toMatchObject([{ path: 'url' }]);
    expect(faultsOf({ ...minimal, tags: [null] })).toMatchObject([{ path: 'tags.0' }]);
    expect(faultsOf({ ...minimal, metadata: { a: null } })).toMatchObject([{ path: 'metadata.a' }]);
  });

  it('leaves null alone where it means something', () => {
    const schema = Joi.object({ cursor: Joi.string().allow(null) });
    expect(checkInput(schema, { cursor: null })).toEqual({ value: { cursor: null } });
  });

  it('refuses what would not come back as it came', () => {
    const proto = JSON.parse('{"a":"1","__proto__":"2"}') as unknown;
    expect(faultsOf({ ...minimal, metadata: proto })).toMatchObject([{ path: 'metadata.__proto__' }]);
    expect(faultsOf(JSON.parse('{"service_name":"a","url":"http://a","__proto__":{}}'))).toMatchObject([
      { path: '__proto__' },
    ]);
    expect(faultsOf({ ...minimal, version: '\ud800' })).toMatchObject([{ path: 'version' }]);
    expect(faultsOf({ ...minimal, metadata: { 'a\udfff': 'b' } })).toMatchObject([
      { path: 'metadata.a\udfff' },
    ]);
    expect(faultsOf({ ...minimal, metadata: { a: 'b\0' } })).toMatchObject([{ path: 'metadata.a' }]);
    expect(faultsOf({ ...minimal, tags: ['😀', 'e\u0301', '\u00e9'] })).toEqual([]);
  });

  it('takes names that objects have by themselves for what they are', () => {
    const metadata = { constructor: 'a', toString: 'b', hasOwnProperty: 'c', valueOf: 'd', prototype: 'e' };
    expect(checkInput(registerRequestSchema, { ...minimal, metadata })).toEqual({
      value: { ...minimal, metadata },
    });
    expect(faultsOf({ ...minimal, constructor: 'a' })).toMatchObject([{ path: 'constructor' }]);
  });

  it.each([
    ['empty objects for tags', { tags: Array.from({ length: 20_000 }, () => ({})) }],
    ['other keys', manyKeys(9000)],
    ['metadata', { metadata: manyKeys(9000) }],
    ['routes', { routes: Array.from({ length: 9000 }, () => ({})) }],
    ['methods', { routes: [{ path_prefix: '/', methods: Array.from({ length: 9000 }, () => 1) }] }],
  ])('says no more of %s without number than a person reads', (_what, more) => {
    const checked = checkInput(registerRequestSchema, { ...minimal, ...more });
    if (!('faults' in checked)) throw new Error('it was taken');
    expect(checked.faults.length).toBeLessThanOrEqual(MOST_FAULTS);
    expect(JSON.stringify(checked.faults).length).toBeLessThan(4000);
  });

  it('says that a list is too long before anything of what it holds', () => {
    const tags = Array.from({ length: 12_000 }, (_, i) => `t${i}`);
    expect(faultsOf({ ...minimal, tags })).toEqual([
      { path: 'tags', message: 'tags must contain less than or equal to 64 items' },
    ]);
  });

  it('repeats no more of a long text than its beginning', () => {
    const [fault] = faultsOf({ ...minimal, instance_id: ' '.repeat(60_000) });
    expect(fault?.message.length).toBeLessThan(400);
    expect(faultsOf({ ...minimal, ['x'.repeat(60_000)]: 1 })[0]?.path.length).toBeLessThan(400);
  });

  it('looks at no more of a list than its schema takes, and at one item more', () => {
    let seen = 0;
    const item = Joi.string().custom((value: string) => ((seen += 1), value));
    checkInput(Joi.object({ list: Joi.array().items(item).max(3) }), {
      list: Array.from({ length: 1000 }, () => 'a'),
    });
    expect(seen).toBe(4);
  });

  it('changes nothing that is valid, and not what it was given', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
        fc.array(fc.string()),
        (metadata, tags) => {
          const body = { ...minimal, metadata, tags, version: null };
          const before = JSON.stringify(body);
          const checked = checkInput(registerRequestSchema, body);
          if ('value' in checked) expect(checked.value).toEqual({ ...minimal, metadata, tags });
          expect(JSON.stringify(body)).toBe(before);
        },
      ),
    );
  });

  it('never throws, whatever the value', () => {
    fc.assert(fc.property(fc.anything(), (value) => void checkInput(registerRequestSchema, value)));
  });
});

describe('request schemas', () => {
  it.each([
    ['register', registerRequestSchema],
    ['heartbeat', heartbeatRequestSchema],
  ])('bound every list and map: %s', (_name, schema) => {
    expect(unbounded(shapeOf(schema), '')).toEqual([]);
  });
});

function unbounded(shape: InputShape, path: string): string[] {
  const own = (shape.items !== undefined || shape.open) && shape.max === Infinity ? [path] : [];
  const items = shape.items === undefined ? [] : unbounded(shape.items, `${path}[]`);
  return [...own, ...items, ...[...shape.keys].flatMap(([key, child]) => unbounded(child, `${path}.${key}`))];
}
