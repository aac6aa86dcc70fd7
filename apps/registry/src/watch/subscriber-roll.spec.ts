import fc from 'fast-check';
import { createSubscriberRoll, type SubscriberRoll, type SubscriberStream } from './subscriber-roll';
import { watchListOf } from './watch-list';

const streamOf = (
  subscriber: string,
  services: readonly string[] | '*' = '*',
  secret = 'secret',
): SubscriberStream => ({
  subscriber,
  secret: `${secret} of ${subscriber}`,
  identity: 'reader',
  list: watchListOf(services),
});

const ack = (roll: SubscriberRoll, subscriber: string, revision: number, now = 0, isGoodbye = false) =>
  roll.acknowledge({ subscriber, secret: `secret of ${subscriber}`, revision, isGoodbye }, now);

describe('the roll of subscribers', () => {
  it('counts who watches the service, and no other', () => {
    const roll = createSubscriberRoll();
    roll.opened(streamOf('everything'));
    roll.opened(streamOf('product', ['product']));
    roll.opened(streamOf('order', ['order']));
    ack(roll, 'product', 7);
    expect(roll.acknowledgements('product', 7)).toEqual({ acked: ['product'], missing: ['everything'] });
    expect(roll.acknowledgements('product', 8).acked).toEqual([]);
    expect(roll.isMissing('everything', 'product', 7)).toBe(true);
    expect(roll.isMissing('order', 'product', 7)).toBe(false);
    expect(roll.isMissing('nobody', 'product', 7)).toBe(false);
  });

  it('never goes back behind what was acknowledged', () => {
    const roll = createSubscriberRoll();
    roll.opened(streamOf('a'));
    ack(roll, 'a', 7);
    ack(roll, 'a', 3);
    expect(roll.acknowledgements('product', 7).acked).toEqual(['a']);
  });

  it.each([
    [4999, ['a'], 5000],
    [5000, [], undefined],
  ])('counts one that closed its stream for 5 s: after %d ms', (now, missing, forgottenAt) => {
    const roll = createSubscriberRoll();
    const stream = streamOf('a');
    roll.opened(stream);
    roll.closed(stream, 0);
    expect(roll.forgetAbsent(now)).toBe(forgottenAt);
    expect(roll.acknowledgements('product', 1).missing).toEqual(missing);
    expect(ack(roll, 'a', 1, now)).toBe(missing.length > 0 ? 'noted' : 'unknown');
  });

  it('counts one that has come back by its new stream', () => {
    const roll = createSubscriberRoll();
    const before = streamOf('a', '*', 'old secret');
    roll.opened(before);
    roll.closed(before, 0);
    roll.opened(streamOf('a'));
    expect(roll.forgetAbsent(60_000)).toBeUndefined();
    expect(roll.acknowledgements('product', 1).missing).toEqual(['a']);
    expect(ack(roll, 'a', 1)).toBe('noted');
    expect(
      roll.acknowledge({ subscriber: 'a', secret: before.secret, revision: 9, isGoodbye: false }, 0),
    ).toBe('wrong_secret');
  });

  it('is not confused by the end of a stream that came late, after the next one had been opened', () => {
    const roll = createSubscriberRoll();
    const before = streamOf('a', ['order']);
    roll.opened(before);
    roll.opened(streamOf('a', ['product']));
    roll.closed(before, 0);
    roll.closed(before, 0);
    expect(roll.forgetAbsent(60_000)).toBeUndefined();
    expect(roll.isMissing('a', 'product', 1)).toBe(true);
    expect(roll.isMissing('a', 'order', 1)).toBe(false);
  });

  it('keeps an acknowledgement for the same list or less, and not for what is new on it', () => {
    const roll = createSubscriberRoll();
    const both = streamOf('a', ['order', 'product']);
    roll.opened(both);
    ack(roll, 'a', 7);
    roll.closed(both, 0);
    const less = streamOf('a', ['product']);
    roll.opened(less);
    expect(roll.isMissing('a', 'product', 7)).toBe(false);
    roll.closed(less, 0);
    roll.opened(streamOf('a', '*'));
    expect(roll.isMissing('a', 'product', 7)).toBe(true);
  });

  it('does not count an acknowledgement from before a list grew for what is new on it', () => {
    const roll = createSubscriberRoll();
    const names = new Set(['order']);
    const stream: SubscriberStream = { ...streamOf('a'), list: names };
    roll.opened(stream);
    ack(roll, 'a', 7);
    names.add('product');
    roll.grown(stream, 9);
    expect(roll.isMissing('a', 'product', 7)).toBe(true);
    ack(roll, 'a', 8);
    expect(roll.isMissing('a', 'product', 7)).toBe(true);
    ack(roll, 'a', 9);
    expect(roll.acknowledgements('product', 7).acked).toEqual(['a']);
    roll.closed(stream, 0);
    roll.forgetAbsent(5000);
    roll.grown(stream, 9);
    expect(roll.acknowledgements('product', 7)).toEqual({ acked: [], missing: [] });
  });

  it('admits nobody else as a subscriber of another identity, until that one is forgotten', () => {
    const roll = createSubscriberRoll();
    const stream = streamOf('a');
    roll.opened(stream);
    expect([roll.admits('a', 'reader'), roll.admits('a', 'thief'), roll.admits('b', 'thief')]).toEqual([
      true,
      false,
      true,
    ]);
    roll.closed(stream, 0);
    expect(roll.admits('a', 'thief')).toBe(false);
    roll.forgetAbsent(5000);
    expect(roll.admits('a', 'thief')).toBe(true);
  });

  it('takes a goodbye for the one stream whose secret it has', () => {
    const roll = createSubscriberRoll();
    const [first, second] = [streamOf('a', '*', 'first'), streamOf('a', '*', 'second')];
    roll.opened(first);
    roll.opened(second);
    const goodbye = { subscriber: 'a', revision: 0, isGoodbye: true };
    roll.acknowledge({ ...goodbye, secret: second.secret }, 0);
    expect(roll.isMissing('a', 'product', 1)).toBe(true);
    roll.acknowledge({ ...goodbye, secret: first.secret }, 0);
    expect(roll.acknowledgements('product', 1)).toEqual({ acked: [], missing: [] });
  });

  it('lets go at once of one that says goodbye, until it is there again', () => {
    const roll = createSubscriberRoll();
    const stream = streamOf('a');
    roll.opened(stream);
    ack(roll, 'a', 0, 0, true);
    expect(roll.acknowledgements('product', 1)).toEqual({ acked: [], missing: [] });
    roll.closed(stream, 0);
    expect(roll.forgetAbsent(0)).toBeUndefined();
    roll.opened(streamOf('a'));
    expect(roll.isMissing('a', 'product', 1)).toBe(true);
  });

  it('tells of each who came, went, acknowledged or was forgotten, until it is told not to', () => {
    const roll = createSubscriberRoll();
    const told: string[] = [];
    const stop = roll.onChange((subscriber) => told.push(subscriber));
    const [a, b] = [streamOf('a'), streamOf('b')];
    roll.opened(a);
    roll.opened(b);
    ack(roll, 'b', 1);
    roll.closed(a, 0);
    roll.forgetAbsent(5000);
    expect(told).toEqual(['a', 'b', 'b', 'a', 'a']);
    stop();
    ack(roll, 'b', 2);
    expect(told).toHaveLength(5);
  });

  it('tells those who follow it as much as those who ask it', () => {
    const who = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('open' as const, 'close' as const, 'goodbye' as const), who }),
      fc.record({ do: fc.constant('ack' as const), who, revision: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 6000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const roll = createSubscriberRoll();
        const missing = new Set<string>();
        roll.onChange((id) => (roll.isMissing(id, 'product', 2) ? missing.add(id) : missing.delete(id)));
        const streams = new Map<string, SubscriberStream[]>();
        let now = 0;
        for (const s of steps) {
          if (s.do === 'wait') roll.forgetAbsent((now += s.ms));
          else if (s.do === 'ack') ack(roll, s.who, s.revision, now);
          else if (s.do === 'goodbye') ack(roll, s.who, 0, now, true);
          else if (s.do === 'open') {
            const stream = streamOf(s.who);
            roll.opened(stream);
            streams.set(s.who, [...(streams.get(s.who) ?? []), stream]);
          } else {
            const stream = streams.get(s.who)?.shift();
            if (stream !== undefined) roll.closed(stream, now);
          }
          expect(new Set(roll.acknowledgements('product', 2).missing)).toEqual(missing);
        }
      }),
    );
  });
});
