import { createServer } from 'node:http';
import { lookup } from 'node:dns';
import type { Instance, InstanceStatus } from '@rollcall/contracts';
import { createPicker } from '@rollcall/load-balancing';
import { FIRST, hostHealthContract, type HostUnderTest } from '@rollcall/load-balancing/testing';
import axios from 'axios';
import { createFixedResolver } from '../testing';
import { createUpstream, type Upstream } from './upstream';
import { createUpstreams, type Upstreams } from './upstreams';

function instancesAt(...urls: string[]): readonly Instance[] {
  const known = createFixedResolver({ product: urls }).current('product');
  if (!('snapshot' in known)) throw new Error('it is known');
  return known.snapshot.instances;
}

function upstreamsOf(instances: readonly Instance[]): Upstreams {
  const random = () => 0;
  const upstreams = createUpstreams({
    picker: createPicker<Upstream>('round_robin', { random }),
    connecting: { lookup },
    random,
  });
  upstreams.update(instances, 0);
  return upstreams;
}

function chosen(upstreams: Upstreams, now: number, tried: readonly Upstream[] = []): Upstream {
  const upstream = tried.length === 0 ? upstreams.pick(now) : upstreams.pickOther(tried, now).upstream;
  if (upstream === undefined) throw new Error('there is one');
  return upstream;
}

function answer(upstream: Upstream, status: number): void {
  const attempt = upstream.begin(0);
  attempt.end({ outcome: 'response', status }, 0);
  attempt.release();
}

describe('an instance that a service client calls', () => {
  test.each(hostHealthContract)('$name', ({ check }) => {
    const [listed] = instancesAt('http://a');
    if (listed === undefined) throw new Error('there is one');
    let { revision } = listed;
    check(() => {
      const upstream = createUpstream({
        instance: { ...listed, status: 'up', epoch: FIRST.epoch },
        since: -Infinity,
        connecting: { lookup },
        mayLoseOneMore: () => true,
      });
      const update: HostUnderTest['update'] = ({ status, epoch }, now) =>
        upstream.update({ ...listed, status: status as InstanceStatus, epoch, revision: ++revision }, now);
      return Object.assign(Object.create(upstream) as typeof upstream, { update });
    });
  });
});

describe('the instances that may get traffic', () => {
  it('are tried one after another, none of them twice', () => {
    const upstreams = upstreamsOf(instancesAt('http://a', 'http://b'));
    const first = chosen(upstreams, 0);
    const second = chosen(upstreams, 0, [first]);

    expect(new Set([first.instance.url, second.instance.url])).toEqual(new Set(['http://a', 'http://b']));
    expect(upstreams.pickOther([first], 0).kind).toBe('available');
    expect(upstreams.pickOther([first, second], 0)).toEqual({ kind: 'none' });
    expect([upstreams.hasOther([first], 0), upstreams.hasOther([first, second], 0)]).toEqual([true, false]);
  });

  it('leave out one that refused until its time has passed, unless there is no other', () => {
    const upstreams = upstreamsOf(instancesAt('http://a', 'http://b'));
    const bad = chosen(upstreams, 0);
    bad.begin(0).end({ outcome: 'refused' }, 0);

    const others = Array.from({ length: 4 }, () => chosen(upstreams, 500));
    expect(others).not.toContain(bad);
    expect(upstreams.pickOther(others, 500)).toEqual({ kind: 'last-resort', upstream: bad });
    expect(Array.from({ length: 2 }, () => chosen(upstreams, 1000))).toContain(bad);
  });

  it('leave out one that fails five times in a row, but never more than half of them', () => {
    const upstreams = upstreamsOf(instancesAt('http://a', 'http://b', 'http://c'));
    const fail = (upstream: Upstream) => {
      for (let times = 0; times < 5; times += 1) answer(upstream, 503);
    };
    const bad = chosen(upstreams, 0);
    fail(bad);
    const others = new Set(Array.from({ length: 4 }, () => chosen(upstreams, 0)));
    expect([others.has(bad), others.size]).toEqual([false, 2]);
    for (const other of others) fail(other);
    expect(new Set(Array.from({ length: 4 }, () => chosen(upstreams, 0)))).toEqual(others);
  });

  it('take one back at once when the registry lists it with another status or epoch', () => {
    const [instance] = instancesAt('http://a');
    const both = instance ? [instance, ...instancesAt('http://b')] : [];
    const upstreams = upstreamsOf(both);
    const bad = [chosen(upstreams, 0), chosen(upstreams, 0)].find((one) => one.id === instance?.instance_id);
    bad?.begin(0).end({ outcome: 'refused' }, 0);

    upstreams.update(
      both.map((one) => ({ ...one, revision: one.revision + 100, epoch: one.epoch + 100 })),
      0,
    );

    expect([chosen(upstreams, 0), chosen(upstreams, 0)]).toContain(bad);
  });

  it('keep who stays, with what is in flight, and count anew at another address', () => {
    const [instance] = instancesAt('http://a');
    const upstreams = upstreamsOf(instance ? [instance] : []);
    const before = chosen(upstreams, 0);
    const attempt = before.begin(0);

    upstreams.update(instance ? [{ ...instance, weight: 7 }] : [], 0);
    expect(chosen(upstreams, 0)).toBe(before);
    expect(before).toMatchObject({ weight: 7, inFlight: 1 });
    attempt.end({ outcome: 'response' }, 1);
    attempt.release();
    expect(before.inFlight).toBe(0);

    upstreams.update(instance ? [{ ...instance, url: 'http://c' }] : [], 0);
    expect(chosen(upstreams, 0)).not.toBe(before);
  });

  it('are the suspect ones only when none is up, and never any other', () => {
    const instances = instancesAt('http://a', 'http://b', 'http://c');
    const statuses = ['up', 'suspect', 'draining'] as const;
    const mixed = instances.map((instance, index) => ({ ...instance, status: statuses[index] ?? 'up' }));
    const upstreams = upstreamsOf(mixed);
    expect(chosen(upstreams, 0).instance.url).toBe('http://a');

    upstreams.update(mixed.slice(1), 0);
    expect(chosen(upstreams, 0).instance.url).toBe('http://b');
    upstreams.update(mixed.slice(2), 0);
    expect(upstreams.pick(0)).toBeUndefined();
  });

  it.each<[string, (instance: Instance) => readonly Instance[]]>([
    ['gone', () => []],
    ['draining', (instance) => [{ ...instance, status: 'draining' }]],
    ['out of service', (instance) => [{ ...instance, status: 'out_of_service' }]],
  ])('let go of their idle connections when they are %s', async (_what, changed) => {
    // The server itself would keep the connection for ever.
    const server = createServer({ keepAliveTimeout: 0 }, (_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const [instance] = instancesAt(url);
    if (instance === undefined) throw new Error('there is one');
    const upstreams = upstreamsOf([instance]);
    const upstream = chosen(upstreams, 0);
    let opened = 0;
    server.on('connection', () => (opened += 1));
    const closed = new Promise<void>((resolve) =>
      server.on('connection', (socket) => socket.once('close', () => resolve())),
    );
    const ask = () => axios.get(url, { ...upstream.connections.agents(false), proxy: false });
    await ask();
    await ask();
    expect(opened).toBe(1);

    upstreams.update(changed(instance), 0);

    await closed;
    upstreams.update([instance], 0);
    await new Promise((resolve) => server.close(resolve));
  });
});
