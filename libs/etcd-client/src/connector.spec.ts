import { eventually } from '@rollcall/testing';
import type { Connection } from './connection';
import { createConnector } from './connector';
import { EtcdError, type EtcdFaultKind } from './etcd-fault';

/** Members by host: a fault of their kind, or a connection that remembers whether it was closed. */
function createMembers(faults: Readonly<Record<string, EtcdFaultKind | undefined>>) {
  const opened: string[] = [];
  const closed: string[] = [];
  const left: EtcdFaultKind[] = [];
  const connector = createConnector({
    hosts: Object.keys(faults),
    random: () => 0,
    events: { connected: (endpoint) => opened.push(endpoint), failed: ({ kind }) => left.push(kind) },
    open(host) {
      const kind = faults[host];
      if (kind !== undefined) return Promise.reject(new EtcdError(kind, 'seen', { endpoint: host }));
      const unused = (): never => {
        throw new Error('no call is made');
      };
      const connection: Connection = {
        endpoint: host,
        call: unused,
        stream: unused,
        close: () => closed.push(host),
      };
      return Promise.resolve(connection);
    },
  });
  return { connector, opened, closed, left };
}

const overdue = new EtcdError('deadline', 'no answer');

describe('the connection in use', () => {
  it('is one for all who ask', async () => {
    const { connector, opened } = createMembers({ a: undefined, b: undefined });

    const connections = await Promise.all([connector.current({}), connector.current({ ms: 1000 })]);

    expect(new Set(connections).size).toBe(1);
    expect(opened).toEqual(['a']);
    connector.close();
  });

  it('is left for the next endpoint, once, whoever reports the fault first', async () => {
    const { connector, opened, closed } = createMembers({ a: undefined, b: undefined, c: undefined });
    const first = await connector.current({});

    connector.moveOn(first, overdue);
    connector.moveOn(first, overdue);

    expect((await connector.current({})).endpoint).toBe('b');
    connector.moveOn(first, overdue);
    expect([opened, closed]).toEqual([['a', 'b'], ['a']]);
    connector.close();
  });

  it.each([
    ['one heartbeat without an answer', ['missed'], 'a'],
    ['two in a row', ['missed', 'missed'], 'b'],
    ['two with an answer between them', ['missed', 'answered', 'missed'], 'a'],
    ['two with an answer to another call between them', ['missed', 'other', 'missed'], 'b'],
  ] as const)('after %s: %j is %s', async (_, happenings, endpoint) => {
    const { connector } = createMembers({ a: undefined, b: undefined });
    const connection = await connector.current({});

    for (const happening of happenings) {
      if (happening === 'other') connector.succeeded(connection);
      else connector.heartbeat(connection, happening === 'missed' ? overdue : undefined);
    }

    expect((await connector.current({})).endpoint).toBe(endpoint);
    connector.close();
  });

  it.each<[string, Readonly<Record<string, EtcdFaultKind>>, EtcdFaultKind]>([
    ['what is wrong with the only one', { a: 'not_etcd' }, 'not_etcd'],
    ['what says most', { a: 'unavailable', b: 'certificate', c: 'deadline' }, 'certificate'],
    ['the last one, if all say the same', { a: 'deadline', b: 'unavailable' }, 'unavailable'],
  ])('cannot be had: a round says %s', async (_, faults, kind) => {
    const { connector, left } = createMembers(faults);

    await expect(connector.current({ oneRound: true })).rejects.toMatchObject({
      kind,
      mayHaveHappened: false,
    });
    expect(left).toEqual(Object.values(faults));
    connector.close();
  });

  it('is tried for as long as somebody may wait, and no longer', async () => {
    const { connector, left } = createMembers({ a: 'unavailable' });

    await expect(connector.current({ ms: 300 })).rejects.toMatchObject({ kind: 'unavailable' });
    await eventually(() => left.length > 1);
    const waiting = connector.current({});
    connector.close();

    await expect(waiting).rejects.toMatchObject({ kind: 'closed', mayHaveHappened: false });
    await expect(connector.current({})).rejects.toMatchObject({ kind: 'closed' });
  });
});
