import fc from 'fast-check';
import type { Instance, InstanceStatus } from '@rollcall/contracts';
import { anInstance } from '../../test/support/an-instance';
import { aRequest } from '../../test/support/a-request';
import { createFakeTransport } from '../../test/support/fake-transport';
import type { Route } from '../routing/route';
import { createDestination } from './destination';
import { createUpstreams } from './upstreams';
import type { Upstream } from './upstream';

const route: Route = {
  service: 'product',
  pathPrefix: '/products',
  stripPrefix: false,
  source: 'announced',
  policy: {
    picker: 'round_robin',
    headersTimeoutMs: 1000,
    idleTimeoutMs: 1000,
    maxAttempts: 3,
    attemptTimeoutMs: Infinity,
  },
};

const request = aRequest();

const instance = (id: string, given: Partial<Instance> = {}): Instance =>
  anInstance({
    instance_id: id,
    url: `http://${id}.test`,
    routes: [{ path_prefix: '/products' }],
    ...given,
  });

function scene(instances: readonly Instance[], given: Partial<Route> = {}) {
  const upstreams = createUpstreams(createFakeTransport());
  upstreams.apply('product', instances, 0);
  const destination = createDestination({
    route: { ...route, ...given },
    upstreams,
    choosing: { random: () => 0, clientOf: () => '192.0.2.1' },
  });
  const upstream = (id: string) => {
    const found = upstreams.of('product').find((one) => one.id === id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  const refuse = (id: string, now: number) => upstream(id).begin(now).end({ outcome: 'refused' }, now);
  const fail = (id: string, now: number) => {
    for (let times = 0; times < 5; times += 1)
      upstream(id).begin(now).end({ outcome: 'response', status: 503 }, now);
  };
  const available = (now: number) => destination.available(now).map(({ id }) => id);
  return { upstreams, destination, upstream, refuse, fail, available };
}

describe('destination', () => {
  it.each<[string, InstanceStatus[], string[]]>([
    ['those that are up', ['up', 'draining', 'starting', 'out_of_service', 'suspect', 'up'], ['i0', 'i5']],
    ['the suspect ones when none is up', ['suspect', 'draining', 'suspect'], ['i0', 'i2']],
    ['nobody when neither is there', ['draining', 'starting'], []],
  ])('picks %s', (_, statuses, expected) => {
    const { destination } = scene(statuses.map((status, index) => instance(`i${index}`, { status })));
    expect(destination.candidates(0).map(({ id }) => id)).toEqual(expected);
  });

  it('picks only those that announce exactly this route', () => {
    const { destination } = scene([
      instance('a'),
      instance('b', { routes: [] }),
      instance('c', { routes: [{ path_prefix: '/products', strip_prefix: true }] }),
    ]);
    expect(destination.members().map(({ id }) => id)).toEqual(['a']);
  });

  it('picks any instance of the service for a route of the file', () => {
    const { destination } = scene([instance('a', { routes: [] })], { source: 'file' });
    expect(destination.pick(request, 0)?.id).toBe('a');
  });

  it('leaves out who has refused, until it is due', () => {
    const { destination, refuse } = scene([instance('a'), instance('b')]);
    refuse('a', 0);
    const picks = (now: number) => new Set([1, 2, 3, 4].map(() => destination.pick(request, now)?.id));
    expect(picks(999)).toEqual(new Set(['b']));
    expect(picks(1000)).toEqual(new Set(['a', 'b']));
  });

  it('gives a last try to one that has refused, rather than to nobody', () => {
    const { destination, refuse, upstream } = scene([instance('a'), instance('b')]);
    refuse('a', 0);
    refuse('b', 0);
    expect(destination.pick(request, 1)?.id).toBe('a');
    expect(destination.pickOther([upstream('a')], 1).upstream?.id).toBe('b');
    expect(destination.pickOther([upstream('a'), upstream('b')], 1).kind).toBe('none');
  });

  it('leaves out who fails, but never more than half of them', () => {
    const { fail, available } = scene(['a', 'b', 'c', 'd'].map((id) => instance(id)));
    for (const id of ['a', 'b', 'c']) fail(id, 0);
    expect(available(0)).toEqual(['c', 'd']);
  });

  it('uses all in reach when fewer than half of them are well', () => {
    const { fail, refuse, available } = scene(['a', 'b', 'c', 'd', 'e'].map((id) => instance(id)));
    fail('a', 0);
    fail('b', 0);
    refuse('c', 0);
    expect(available(0)).toEqual(['d', 'e']);
    refuse('d', 0);
    expect(available(0)).toEqual(['a', 'b', 'e']);
  });

  it('gives nothing to one that was ejected by hand, until its time or until it is restored', () => {
    const { destination, upstream, available } = scene([instance('a'), instance('b')]);
    upstream('a').eject('looks odd', 500);
    expect([available(0), available(499), available(500)]).toEqual([['b'], ['b'], ['a', 'b']]);
    upstream('a').eject('looks odd', Infinity);
    upstream('b').eject('looks odd too', Infinity);
    expect([destination.pick(request, 1000), destination.candidates(1000)]).toEqual([undefined, []]);
    upstream('a').restore();
    expect(destination.pick(request, 1000)?.id).toBe('a');
  });

  it('takes back by hand one that was left out for its failures', () => {
    const { fail, upstream, available } = scene([instance('a'), instance('b')]);
    fail('a', 0);
    expect(available(0)).toEqual(['b']);
    upstream('a').restore();
    expect(available(0)).toEqual(['a', 'b']);
  });

  it('follows the upstreams', () => {
    const { destination, upstreams } = scene([instance('a')]);
    expect(destination.pick(request, 0)?.id).toBe('a');
    upstreams.apply('product', [instance('a', { status: 'draining' }), instance('b')], 0);
    expect(destination.pick(request, 0)?.id).toBe('b');
  });

  it('picks nobody twice for one request, and never one that may not get traffic, whatever happens', () => {
    const step = fc.oneof(
      fc.record({
        type: fc.constant('status' as const),
        who: fc.nat(3),
        status: fc.constantFrom<InstanceStatus>('up', 'suspect', 'draining'),
      }),
      fc.record({ type: fc.constant('refuse' as const), who: fc.nat(3) }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.nat(2000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let listed = [0, 1, 2, 3].map((index) => instance(`i${index}`));
        const { destination, upstreams, refuse } = scene(listed);
        let now = 0;
        for (const one of steps) {
          if (one.type === 'wait') now += one.ms;
          if (one.type === 'refuse') refuse(`i${one.who}`, now);
          if (one.type === 'status') {
            listed = listed.map((each, index) =>
              index === one.who ? { ...each, status: one.status } : each,
            );
            upstreams.apply('product', listed, 0);
          }
          const up = listed.filter(({ status }) => status === 'up');
          const allowed = up.length > 0 ? up : listed.filter(({ status }) => status === 'suspect');
          const tried: Upstream[] = [];
          for (
            let next = destination.pick(request, now);
            next !== undefined;
            next = destination.pickOther(tried, now).upstream
          ) {
            expect(tried).not.toContain(next);
            expect(allowed.map(({ instance_id }) => instance_id)).toContain(next.id);
            expect(destination.hasOther(tried, now)).toBe(true);
            tried.push(next);
          }
          expect(destination.hasOther(tried, now)).toBe(false);
          expect(tried.length).toBe(allowed.length);
        }
      }),
    );
  });
});
