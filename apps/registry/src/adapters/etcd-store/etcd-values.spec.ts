import fc from 'fast-check';
import type { InstanceRecord } from '../../catalog/instance/instance-record';
import type { Registration } from '../../catalog/instance/registration';
import type { Condition } from '../../catalog/instance/standing';
import type { HeardReport } from '../../ports/replica-group';
import { createEtcdKeys } from './etcd-keys';
import { heardReportValue, readHeardReport } from './heard-report-value';
import { readRecord, recordValue } from './record-value';
import { ackValue, readAck, readReplica, replicaValue } from './replica-values';
import {
  claimsValue,
  overridesValue,
  readClaims,
  readOverrides,
  readServiceChange,
  serviceChangeValue,
} from './service-values';
import { urlHash } from './etcd-keys';

const text = fc.string({ unit: 'grapheme' });
const moment = fc.nat({ max: 2 ** 42 });
const revision = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const host = fc.option(fc.constant('shop.example'), { nil: undefined });

const registration: fc.Arbitrary<Registration> = fc.record({
  serviceName: fc.constantFrom('product', '__proto__'),
  url: fc.webUrl(),
  version: fc.option(text),
  zone: fc.option(text),
  tags: fc.array(text),
  weight: fc.nat(),
  metadata: fc.dictionary(text, text),
  routes: fc.array(fc.record({ path_prefix: text }, { noNullPrototype: true })),
  ttlSeconds: fc.nat(),
  healthPath: text,
});

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ status: fc.constantFrom('starting' as const, 'up' as const, 'draining' as const) }),
  fc.record({
    status: fc.constant('suspect' as const),
    cause: fc.constantFrom('session_lost' as const, 'probes_failed' as const, 'held' as const),
    before: fc.constantFrom('starting' as const, 'up' as const),
  }),
);

const override = fc.record({ status: fc.constant('out_of_service' as const), reason: text });

const record: fc.Arbitrary<InstanceRecord> = fc
  .record(
    {
      instanceId: text,
      registration,
      standing: fc.record({ condition, override }, { requiredKeys: ['condition'] }),
      refusedRoutes: fc.array(
        fc.record({ path_prefix: text, code: fc.constant('not_permitted' as const), reason: text }),
      ),
      registeredAt: moment,
      epoch: revision,
      revision,
    },
    { requiredKeys: ['instanceId', 'registration', 'standing', 'registeredAt', 'epoch', 'revision'] },
  )
  .map((made) => ({ ...made, revision: Math.max(made.epoch, made.revision) }));

const placeOf = ({ registration: { serviceName, url } }: InstanceRecord) => ({
  serviceName,
  hash: urlHash(url),
});

const asRead = (value: string) => Buffer.from(value);
/** What a newer version may have added to any object. */
const unknown = { another_field: { of: ['a newer', 'version'] } };

describe('a record in etcd', () => {
  it('is read as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(record, (written) => {
        const read = readRecord(asRead(recordValue(written)), placeOf(written), written.revision);
        expect(read).toEqual(written);
      }),
    );
  });

  it('begins with the revision of its key', () => {
    fc.assert(
      fc.property(record, revision, (written, at) => {
        const value = recordValue({ ...written, epoch: 'begins' });
        expect(readRecord(asRead(value), placeOf(written), at)).toMatchObject({ epoch: at, revision: at });
      }),
    );
  });

  it('keeps what a newer version has put into it, also when an older one changes it', () => {
    fc.assert(
      fc.property(record, (written) => {
        const { registration: own } = written;
        const newer = {
          ...(JSON.parse(recordValue(written)) as object),
          ...unknown,
          registration: { ...own, ...unknown },
          v: 2,
        };
        const read = readRecord(asRead(JSON.stringify(newer)), placeOf(written), written.revision);
        if (read === undefined) throw new Error('it was not read');
        const changed = recordValue({ ...read, standing: { condition: { status: 'draining' } } });
        expect(JSON.parse(changed)).toEqual(
          JSON.parse(JSON.stringify({ ...newer, standing: { condition: { status: 'draining' } } })),
        );
      }),
    );
  });

  it('is read as none when it is anything else, and never throws', () => {
    fc.assert(
      fc.property(record, fc.oneof(fc.json(), text), revision, (other, value, at) => {
        expect(readRecord(asRead(value), placeOf(other), at)).toBeUndefined();
      }),
    );
  });

  it('is read as none when a field of it has another form', () => {
    const paths = [
      ['instanceId'],
      ['registration', 'url'],
      ['registration', 'tags'],
      ['registration', 'ttlSeconds'],
      ['registration', 'routes'],
      ['standing', 'condition'],
      ['epoch'],
      ['registeredAt'],
      ['v'],
    ];
    fc.assert(
      fc.property(record, fc.constantFrom(...paths), (written, [outer = '', inner]) => {
        const value = JSON.parse(recordValue(written)) as Record<string, Record<string, unknown>>;
        if (inner === undefined) Object.assign(value, { [outer]: { other: 1 } });
        else Object.assign(value[outer] ?? {}, { [inner]: { other: 1 } });
        expect(readRecord(asRead(JSON.stringify(value)), placeOf(written), written.revision)).toBeUndefined();
      }),
    );
  });

  it('is read as none under a key of another service or address', () => {
    fc.assert(
      fc.property(record, (written) => {
        const value = asRead(recordValue(written));
        const { serviceName, hash } = placeOf(written);
        expect(readRecord(value, { serviceName: 'other', hash }, written.revision)).toBeUndefined();
        expect(
          readRecord(value, { serviceName, hash: urlHash('http://other') }, written.revision),
        ).toBeUndefined();
      }),
    );
  });
});

describe('values of a service in etcd', () => {
  const claim = fc.record(
    { pathPrefix: text, host, since: moment, why: text, named: fc.constant(true as const) },
    { requiredKeys: ['pathPrefix', 'since', 'why'] },
  );
  const note = fc.record({
    type: fc.constant('registered' as const),
    instanceId: text,
    url: text,
    actor: text,
    reason: text,
  });

  it('say what the change was', () => {
    fc.assert(
      fc.property(
        moment,
        fc.array(note),
        fc.array(text),
        fc.option(fc.array(claim), { nil: undefined }),
        fc.option(fc.array(fc.record({ pathPrefix: text, host })), { nil: undefined }),
        text,
        (at, notes, remove, claims, released, replica) => {
          const parts = { ...(claims && { claims }), ...(released && { released }) };
          const change = { serviceName: 'product', put: [], at, notes, remove, ...parts };
          const value = serviceChangeValue(change, replica);
          expect(readServiceChange(asRead(value))).toEqual({ at, notes, removed: remove, ...parts, replica });
          // As versions wrote it that did not say who made a change.
          const older = JSON.stringify({ ...(JSON.parse(value) as object), replica: undefined });
          expect(readServiceChange(asRead(older))).toEqual({ at, notes, removed: remove, ...parts });
        },
      ),
    );
  });

  it('keep claims and overrides', () => {
    const kept = fc.record(
      { override, instanceIds: fc.array(text), urls: fc.array(text), by: text, at: moment, until: moment },
      { requiredKeys: ['override', 'instanceIds', 'urls', 'by', 'at'] },
    );
    fc.assert(
      fc.property(fc.array(claim), fc.array(kept), (claims, overrides) => {
        expect(readClaims(asRead(claimsValue(claims)))).toEqual(claims);
        expect(readOverrides(asRead(overridesValue(overrides)))).toEqual(overrides);
      }),
    );
  });

  it.each<[string, (bytes: Buffer) => unknown]>([
    ['the last change', readServiceChange],
    ['claims', readClaims],
    ['overrides', readOverrides],
    ['a replica', readReplica],
    ['acknowledgements', readAck],
    ['a report', readHeardReport],
  ])('are none when they are anything else: %s', (_, read) => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), text), (value) => {
        expect(read(asRead(value))).toBeUndefined();
      }),
    );
  });
});

describe('values of a replica in etcd', () => {
  it('are read as they were written', () => {
    const subscriber = fc.record({
      subscriber: text,
      acked: fc.boolean(),
      connected: fc.boolean(),
      instanceId: fc.option(text),
      serviceName: fc.option(text),
      actor: text,
    });
    fc.assert(
      fc.property(text, text, revision, fc.array(subscriber), (url, version, at, subscribers) => {
        expect(readReplica(asRead(replicaValue({ url, version })))).toMatchObject({ url, version });
        expect(readAck(asRead(ackValue({ revision: at, subscribers })))).toEqual({
          revision: at,
          subscribers,
        });
      }),
    );
  });
});

describe('a report in etcd', () => {
  const epochs = fc.array(revision);
  const report: fc.Arbitrary<HeardReport> = fc.record({
    seen: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    heard: fc.array(fc.record({ epoch: revision, agoMs: fc.double({ min: 0, max: 1e9, noNaN: true }) })),
    opened: epochs,
    closed: epochs,
  });
  const rising = (numbers: readonly number[]): readonly number[] =>
    [...numbers].sort((one, other) => one - other);

  it('names the same instances, and none that was heard later than it was', () => {
    fc.assert(
      fc.property(report, (written) => {
        const read = readHeardReport(heardReportValue(written));
        if (read === undefined) throw new Error('it was not read');
        expect(read.seen).toBe(written.seen);
        expect(read.opened).toEqual(rising(written.opened));
        expect(read.closed).toEqual(rising(written.closed));
        const inOrder = [...written.heard].sort((one, other) => one.epoch - other.epoch);
        expect(read.heard.map(({ epoch }) => epoch)).toEqual(inOrder.map(({ epoch }) => epoch));
        for (const [index, { agoMs }] of inOrder.entries()) {
          const readAgo = read.heard[index]?.agoMs ?? NaN;
          expect(readAgo).toBeLessThanOrEqual(agoMs);
          expect(readAgo).toBeGreaterThan(agoMs - 100);
        }
      }),
    );
  });

  it('is none when it was cut off', () => {
    fc.assert(
      fc.property(report, fc.nat(), (written, at) => {
        const bytes = heardReportValue(written);
        expect(readHeardReport(bytes.subarray(0, at % bytes.length))).toBeUndefined();
      }),
    );
  });

  it('is none in the form of another version', () => {
    const bytes = heardReportValue({ seen: 1, heard: [], opened: [], closed: [] });
    bytes[0] = 2;
    expect(readHeardReport(bytes)).toBeUndefined();
  });

  it('never throws, and never asks for more memory than it has bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (garbage) => {
        const read = readHeardReport(Buffer.from([1, ...garbage]));
        expect(read === undefined || read.heard.length <= garbage.length).toBe(true);
      }),
    );
  });

  it('takes two bytes for each instance of a large catalog', () => {
    const heard = Array.from({ length: 20_000 }, (_, index) => ({ epoch: 1000 + 5 * index, agoMs: 1500 }));
    expect(heardReportValue({ seen: 200_000, heard, opened: [], closed: [] }).length).toBeLessThan(40_100);
  });
});

describe('keys in etcd', () => {
  const keys = createEtcdKeys('/rollcall/');

  it('are told apart', () => {
    expect(keys.parse(keys.meta)).toEqual({ kind: 'meta' });
    expect(keys.parse(keys.warm)).toEqual({ kind: 'warm' });
    expect(keys.parse(keys.paths)).toEqual({ kind: 'paths' });
    expect(keys.parse(keys.leader)).toEqual({ kind: 'leader' });
    expect(keys.parse(keys.instance('product', 'http://a'))).toEqual({
      kind: 'instance',
      serviceName: 'product',
      hash: urlHash('http://a'),
    });
    expect(keys.parse(keys.id('a:1', 'product'))).toEqual({
      kind: 'id',
      instanceId: 'a:1',
      serviceName: 'product',
    });
    for (const kind of ['service', 'claims', 'overrides'] as const)
      expect(keys.parse(keys[kind]('product'))).toEqual({ kind, serviceName: 'product' });
    for (const kind of ['replica', 'heard'] as const)
      expect(keys.parse(keys[kind]('r1'))).toEqual({ kind, replicaId: 'r1' });
    expect(keys.parse(keys.ack('product', 'a', 'r1'))).toEqual({
      kind: 'ack',
      serviceName: 'product',
      instanceId: 'a',
      replicaId: 'r1',
    });
  });

  it.each([
    '/other/v1/meta',
    '/rollcall/v2/meta',
    '/rollcall/v1/',
    '/rollcall/v1/catalog/service/',
    '/rollcall/v1/catalog/service/a/b',
    '/rollcall/v1/catalog/instance/a',
    '/rollcall/v1/catalog/something/a',
    '/rollcall/v1/group/ack/a/b',
    '/rollcall/v1/group/heard/a/b/c/d',
    '/rollcall/v1/mine',
  ])('are none of ours: %s', (key) => {
    expect(keys.parse(key)).toBeUndefined();
  });

  it('are none of ours whatever else they are', () => {
    fc.assert(
      fc.property(text, (name) => {
        const key = keys.parse(`/rollcall/v1/${name}`);
        expect(key === undefined || ['meta', 'warm'].includes(key.kind)).toBe(true);
      }),
    );
  });

  it('have one slash after the prefix, however it is written', () => {
    for (const prefix of ['/rollcall', '/rollcall/', '/rollcall//'])
      expect(createEtcdKeys(prefix).meta).toBe('/rollcall/v1/meta');
    expect(createEtcdKeys('').meta).toBe('/v1/meta');
  });

  it('of an address have a fixed length and no slash', () => {
    fc.assert(
      fc.property(fc.webUrl(), (url) => {
        expect(urlHash(url)).toMatch(/^[A-Za-z0-9_-]{22}$/);
      }),
    );
  });
});
