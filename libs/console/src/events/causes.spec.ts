import type { CatalogEvent } from '@rollcall/contracts';
import * as fc from 'fast-check';
import { foldEvents } from './causes';
import { inWords, statusStep } from './status-step';

const AT = 1_795_763_680_000;

let revision = 0;
const event = (
  type: CatalogEvent['type'],
  reason: string,
  more: Partial<CatalogEvent> & { readonly afterMs?: number } = {},
): CatalogEvent => {
  const { afterMs = 0, ...rest } = more;
  revision += 1;
  const ids = { service_name: 'product', instance_id: 'p-1', url: 'http://127.0.0.1:8081' };
  return { revision, at: AT + afterMs, type, actor: 'registry', reason, ...ids, ...rest };
};

describe('events of one cause', () => {
  it('are one line: the session lost, the probe refused, out', () => {
    const [only, ...others] = foldEvents([
      event('status_changed', 'up → suspect: session_lost'),
      event('evicted', 'refused', { afterMs: 212 }),
    ]);

    expect(others).toEqual([]);
    expect(only).toMatchObject({
      outcome: 'gone',
      word: 'evicted',
      actor: 'registry',
      from: AT,
      at: AT + 212,
      steps: ['session lost', 'probe refused', 'out in 212 ms'],
    });
  });

  it('are one line for a drain and what it leads to, by who asked for it', () => {
    const [only, ...others] = foldEvents([
      event('status_changed', 'up → draining: drain', { actor: 'ci' }),
      event('deregistered', 'deregistered', { actor: 'product', afterMs: 1500 }),
    ]);

    expect(others).toEqual([]);
    expect(only).toMatchObject({
      word: 'left',
      actor: 'ci',
      outcome: 'gone',
      steps: ['drained', 'out in 1.5 s'],
    });
  });

  it('are one line for a start', () => {
    expect(
      foldEvents([
        event('registered', 'registered as starting', { actor: 'product' }),
        event('status_changed', 'starting → up: heartbeat', { actor: 'product', afterMs: 40 }),
      ]),
    ).toMatchObject([
      { word: 'registered', outcome: 'up', steps: ['registered as starting', 'heartbeat', 'up in 40 ms'] },
    ]);
  });

  it('are one line for a suspicion that was not right', () => {
    expect(
      foldEvents([
        event('status_changed', 'up → suspect: session_lost'),
        event('status_changed', 'suspect → up: session_opened', { afterMs: 80 }),
      ]),
    ).toMatchObject([
      { word: 'up again', outcome: 'up', steps: ['session lost', 'session opened', 'up in 80 ms'] },
    ]);
  });

  it('are several lines when the state in between could have lasted', () => {
    const lines = foldEvents([
      event('status_changed', 'up → out_of_service: heap dump', { actor: 'ana' }),
      event('status_changed', 'out_of_service → up: override_removed', { actor: 'ana', afterMs: 900 }),
    ]);

    expect(lines.map(({ word, note }) => [word, note])).toEqual([
      ['up again', 'override removed'],
      ['out of service', 'heap dump'],
    ]);
  });

  it('are several lines when the next came long after', () => {
    const lines = foldEvents([
      event('status_changed', 'up → suspect: session_lost'),
      event('evicted', 'lease_ended', { afterMs: 61_000 }),
    ]);

    expect(lines.map(({ word }) => word)).toEqual(['evicted', 'suspect']);
  });

  it('are several lines when an id is registered again', () => {
    const lines = foldEvents([
      event('status_changed', 'up → suspect: session_lost'),
      event('registered', 'registered as up', { afterMs: 5 }),
    ]);

    expect(lines.map(({ word }) => word)).toEqual(['registered', 'suspect']);
  });
});

describe('the same of several instances at once', () => {
  const silent = (instance_id: string, afterMs: number, service_name = 'product') =>
    event('status_changed', 'up → suspect: session_lost', { instance_id, afterMs, service_name });

  it('is one line', () => {
    expect(foldEvents([silent('a', 0), silent('b', 400), silent('c', 1200)])).toMatchObject([
      { instances: ['a', 'b', 'c'], word: 'suspect', from: AT, at: AT + 1200 },
    ]);
  });

  it('is several when it was not at once, and of several services', () => {
    expect(foldEvents([silent('a', 0), silent('b', 9000), silent('c', 0, 'order')])).toHaveLength(3);
  });
});

describe('an event that changes no status', () => {
  it.each(['route_refused', 'routes_changed', 'address_taken', 'id_taken'] as const)(
    '%s is a line with its reason',
    (type) => {
      expect(foldEvents([event(type, '/orders: order holds it.')])).toMatchObject([
        { word: type.replaceAll('_', ' '), note: '/orders: order holds it.', steps: [] },
      ]);
    },
  );

  it('says nothing of the status, however its reason reads', () => {
    expect(statusStep(event('route_refused', 'up → suspect: session_lost'))).toBeUndefined();
  });
});

it('a reason that a person wrote is left as it is, whatever it holds', () => {
  const reason = 'up → gone: x\n<b>“heap dump”</b> (until 2026-11-27T07:15:44.198Z)';

  expect(statusStep(event('status_changed', `up → out_of_service: ${reason}`))).toEqual({
    before: 'up',
    after: 'out_of_service',
    why: reason,
  });
  expect(inWords(reason)).toBe(reason);
});

test('every event is in one line, whatever comes in which order', () => {
  const anyEvent = fc
    .record({
      type: fc.constantFrom(
        'registered',
        'status_changed',
        'evicted',
        'deregistered',
        'route_refused' as const,
      ),
      reason: fc.constantFrom(
        'up → suspect: session_lost',
        'up → draining: drain',
        'suspect → up: answered',
        'refused',
      ),
      instance_id: fc.constantFrom('a', 'b'),
      afterMs: fc.nat(200_000),
    })
    .map(({ type, reason, ...rest }) => ({ type, reason, ...rest }));
  fc.assert(
    fc.property(fc.array(anyEvent), (drawn) => {
      const events = drawn.map(({ type, reason, ...more }) =>
        event(type as CatalogEvent['type'], reason, more),
      );

      const folded = foldEvents(events);

      const seen = folded.flatMap((cause) => cause.events.map((one) => one.revision)).sort((a, b) => a - b);
      expect(seen).toEqual(events.map((one) => one.revision));
      expect(folded.map(({ at }) => at)).toEqual([...folded.map(({ at }) => at)].sort((a, b) => b - a));
      expect(new Set(folded.map(({ key }) => key)).size).toBe(folded.length);
    }),
  );
});
