import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttemptEnd, HostAttempt, HostHealth, ListedHost } from '../health/host-health';

/** What the gateway's and the service client's view of an instance have in common, and is judged by one contract. */
export interface HostUnderTest
  extends Pick<HostHealth, 'inFlight' | 'since' | 'standing' | 'latencyMs' | 'begin'> {
  /** The registry lists it anew, always at a higher revision. */
  update(listed: ListedHost, now: number): void;
}

/** One sentence of the contract, and how it is checked. */
export interface HostHealthCase {
  readonly name: string;
  /** @param newHost one that is listed as `FIRST`, since -Infinity, of a service that can do without it */
  check(newHost: () => HostUnderTest): void;
}

export const FIRST: ListedHost = { status: 'up', epoch: 1 };

const ANSWERED: AttemptEnd = { outcome: 'response', status: 200 };
const REFUSED: AttemptEnd = { outcome: 'refused' };

function attempt(host: HostUnderTest, how: AttemptEnd, now: number): void {
  const begun = host.begin(now);
  begun.end(how, now);
  begun.release();
}

/**
 * What every user of passive health does with it:
 * `test.each(hostHealthContract)('$name', ({ check }) => check(() => makeHost()))`.
 */
export const hostHealthContract: readonly HostHealthCase[] = [
  {
    name: 'an ejection is not forgotten because of another revision of the same process',
    check(newHost) {
      const host = newHost();
      attempt(host, REFUSED, 0);
      host.update({ ...FIRST }, 1);
      assert.equal(host.standing(2), 'not-connected');
    },
  },
  {
    name: 'an ejection is forgotten on another status',
    check(newHost) {
      const host = newHost();
      attempt(host, REFUSED, 0);
      host.update({ ...FIRST, status: 'suspect' }, 1);
      assert.equal(host.standing(2), 'available');
    },
  },
  {
    name: 'an ejection is forgotten on another epoch, which begins a slow start',
    check(newHost) {
      const host = newHost();
      attempt(host, REFUSED, 0);
      host.update({ ...FIRST, epoch: 2 }, 1);
      assert.equal(host.standing(2), 'available');
      assert.equal(host.since, 1);
    },
  },
  {
    name: 'one that has become ready begins a slow start',
    check(newHost) {
      const host = newHost();
      host.update({ ...FIRST, status: 'starting' }, 1);
      host.update({ ...FIRST, status: 'up' }, 2);
      assert.equal(host.since, 2);
    },
  },
  {
    name: 'a suspect that turns out well begins none',
    check(newHost) {
      const host = newHost();
      host.update({ ...FIRST, status: 'suspect' }, 1);
      host.update({ ...FIRST, status: 'up' }, 2);
      assert.equal(host.since, -Infinity);
    },
  },
  {
    name: 'an attempt counts once, however often it is released',
    check(newHost) {
      const host = newHost();
      const begun = host.begin(0);
      assert.equal(host.inFlight, 1);
      begun.end(ANSWERED, 5);
      assert.equal(host.inFlight, 1);
      begun.release();
      begun.release();
      assert.equal(host.inFlight, 0);
    },
  },
  {
    name: 'an attempt that has failed is over with that, and a failure does not look fast',
    check(newHost) {
      const host = newHost();
      host.begin(0).end({ outcome: 'reset-before-response' }, 1);
      assert.equal(host.inFlight, 0);
      assert.equal(host.latencyMs(1), 1000);
    },
  },
  {
    name: 'whatever happens in whatever order: counted are open attempts, and judged is by ends and listings alone',
    check(newHost) {
      fc.assert(
        fc.property(commands, (list) => runCommands(newHost(), list)),
        { numRuns: 300 },
      );
    },
  },
];

type Command =
  /** An attempt that is begun now and ends later. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'end'; readonly which: number; readonly how: AttemptEnd }
  /** An attempt that begins and ends now. */
  | { readonly kind: 'attempt'; readonly how: AttemptEnd }
  | { readonly kind: 'list'; readonly listed: ListedHost };

const how: fc.Arbitrary<AttemptEnd> = fc.record({
  outcome: fc.constantFrom(
    'response',
    'refused',
    'unreachable',
    'reset-before-response',
    'headers-timeout',
    'downstream-aborted',
    'overloaded',
  ),
  status: fc.constantFrom(200, 500, 503),
  socketReused: fc.boolean(),
});

const commands = fc.array(
  fc.tuple(
    fc.nat({ max: 5000 }),
    fc.oneof(
      fc.constant<Command>({ kind: 'begin' }),
      fc.record({ kind: fc.constant('end' as const), which: fc.nat({ max: 9 }), how }),
      fc.record({ kind: fc.constant('attempt' as const), how }),
      fc.record({
        kind: fc.constant('list' as const),
        listed: fc.record({
          status: fc.constantFrom('up', 'suspect', 'starting', 'draining'),
          epoch: fc.integer({ min: 1, max: 3 }),
        }),
      }),
    ),
  ),
  { maxLength: 60 },
);

/** Ends that say nothing of the instance. */
const SAY_NOTHING: ReadonlySet<string> = new Set(['downstream-aborted', 'overloaded']);

function runCommands(host: HostUnderTest, list: readonly (readonly [number, Command])[]): void {
  const open: HostAttempt[] = [];
  let listed = FIRST;
  let now = 0;
  for (const [passedMs, command] of list) {
    now += passedMs;
    const before = host.standing(now);
    switch (command.kind) {
      case 'begin':
        open.push(host.begin(now));
        break;
      case 'end': {
        const [ended] = open.splice(command.which % Math.max(1, open.length), 1);
        ended?.end(command.how, now);
        ended?.release();
        if (SAY_NOTHING.has(command.how.outcome) && before === 'available')
          assert.equal(host.standing(now), 'available');
        break;
      }
      case 'attempt':
        attempt(host, command.how, now);
        if (command.how.outcome === 'refused') assert.equal(host.standing(now), 'not-connected');
        if (command.how.outcome === 'response' && command.how.status !== 503)
          assert.equal(host.standing(now), 'available');
        break;
      case 'list': {
        const isNews = command.listed.status !== listed.status || command.listed.epoch !== listed.epoch;
        listed = command.listed;
        host.update(listed, now);
        assert.equal(host.standing(now), isNews ? 'available' : before);
        break;
      }
    }
    assert.equal(host.inFlight, open.length);
    assert.ok(host.since <= now);
  }
}
