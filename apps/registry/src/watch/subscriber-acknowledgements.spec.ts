import fc from 'fast-check';
import {
  createSubscriberAcknowledgements,
  type SubscriberAcknowledgements,
  type SubscriberStream,
} from './subscriber-acknowledgements';
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

const ack = (
  acknowledgements: SubscriberAcknowledgements,
  subscriber: string,
  revision: number,
  now = 0,
  isGoodbye = false,
) =>
  acknowledgements.acknowledge({ subscriber, secret: `secret of ${subscriber}`, revision, isGoodbye }, now);

describe('the acknowledgements of subscribers', () => {
  it('counts who watches the service, and no other', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    acknowledgements.opened(streamOf('everything'));
    acknowledgements.opened(streamOf('product', ['product']));
    acknowledgements.opened(streamOf('order', ['order']));
    ack(acknowledgements, 'product', 7);
    expect(acknowledgements.of('product', 7)).toEqual({ acked: ['product'], missing: ['everything'] });
    expect(acknowledgements.of('product', 8).acked).toEqual([]);
    expect(acknowledgements.standingOf('everything', 'product', 7)).toBe('missing');
    expect(acknowledgements.standingOf('order', 'product', 7)).toBeUndefined();
    expect(acknowledgements.standingOf('nobody', 'product', 7)).toBeUndefined();
  });

  it('never goes back behind what was acknowledged', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    acknowledgements.opened(streamOf('a'));
    ack(acknowledgements, 'a', 7);
    ack(acknowledgements, 'a', 3);
    expect(acknowledgements.of('product', 7).acked).toEqual(['a']);
  });

  it('has everybody acknowledge once more when the revisions start anew, on a stream that is opened then', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const former = streamOf('a');
    acknowledgements.opened(former);
    ack(acknowledgements, 'a', 900);
    acknowledgements.beginAnew();
    expect(acknowledgements.of('product', 7)).toEqual({ acked: [], missing: ['a'] });

    // On its way meanwhile, and of the revisions of before.
    expect(ack(acknowledgements, 'a', 901)).toBe('noted');
    expect(acknowledgements.of('product', 7).missing).toEqual(['a']);

    acknowledgements.opened({ ...former, secret: 'another' });
    expect(ack(acknowledgements, 'a', 902)).toBe('wrong_secret');
    acknowledgements.closed(former, 0);
    expect(acknowledgements.known('a')?.isConnected).toBe(true);
    acknowledgements.acknowledge({ subscriber: 'a', secret: 'another', revision: 7, isGoodbye: false }, 0);
    expect(acknowledgements.of('product', 7).acked).toEqual(['a']);
  });

  it.each([
    [4999, ['a'], 5000],
    [5000, [], undefined],
  ])('counts one that closed its stream for 5 s: after %d ms', (now, missing, forgottenAt) => {
    const acknowledgements = createSubscriberAcknowledgements();
    const stream = streamOf('a');
    acknowledgements.opened(stream);
    acknowledgements.closed(stream, 0);
    expect(acknowledgements.forgetAbsent(now)).toBe(forgottenAt);
    expect(acknowledgements.of('product', 1).missing).toEqual(missing);
    expect(ack(acknowledgements, 'a', 1, now)).toBe(missing.length > 0 ? 'noted' : 'unknown');
  });

  it('counts one that has come back by its new stream', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const before = streamOf('a', '*', 'old secret');
    acknowledgements.opened(before);
    acknowledgements.closed(before, 0);
    acknowledgements.opened(streamOf('a'));
    expect(acknowledgements.forgetAbsent(60_000)).toBeUndefined();
    expect(acknowledgements.of('product', 1).missing).toEqual(['a']);
    expect(ack(acknowledgements, 'a', 1)).toBe('noted');
    expect(
      acknowledgements.acknowledge(
        { subscriber: 'a', secret: before.secret, revision: 9, isGoodbye: false },
        0,
      ),
    ).toBe('wrong_secret');
  });

  it('is not confused by the end of a stream that came late, after the next one had been opened', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const before = streamOf('a', ['order']);
    acknowledgements.opened(before);
    acknowledgements.opened(streamOf('a', ['product']));
    acknowledgements.closed(before, 0);
    acknowledgements.closed(before, 0);
    expect(acknowledgements.forgetAbsent(60_000)).toBeUndefined();
    expect(acknowledgements.standingOf('a', 'product', 1)).toBe('missing');
    expect(acknowledgements.standingOf('a', 'order', 1)).toBeUndefined();
  });

  it('keeps an acknowledgement for the same list or less, and not for what is new on it', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const both = streamOf('a', ['order', 'product']);
    acknowledgements.opened(both);
    ack(acknowledgements, 'a', 7);
    acknowledgements.closed(both, 0);
    const less = streamOf('a', ['product']);
    acknowledgements.opened(less);
    expect(acknowledgements.standingOf('a', 'product', 7)).toBe('acked');
    acknowledgements.closed(less, 0);
    acknowledgements.opened(streamOf('a', '*'));
    expect(acknowledgements.standingOf('a', 'product', 7)).toBe('missing');
  });

  it('does not count an acknowledgement from before a list grew for what is new on it', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const names = new Set(['order']);
    const stream: SubscriberStream = { ...streamOf('a'), list: names };
    acknowledgements.opened(stream);
    ack(acknowledgements, 'a', 7);
    names.add('product');
    acknowledgements.grown(stream, 9);
    expect(acknowledgements.standingOf('a', 'product', 7)).toBe('missing');
    ack(acknowledgements, 'a', 8);
    expect(acknowledgements.standingOf('a', 'product', 7)).toBe('missing');
    ack(acknowledgements, 'a', 9);
    expect(acknowledgements.of('product', 7).acked).toEqual(['a']);
    acknowledgements.closed(stream, 0);
    acknowledgements.forgetAbsent(5000);
    acknowledgements.grown(stream, 9);
    expect(acknowledgements.of('product', 7)).toEqual({ acked: [], missing: [] });
  });

  it('admits nobody else as a subscriber of another identity, until that one is forgotten', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const stream = streamOf('a');
    acknowledgements.opened(stream);
    expect([
      acknowledgements.admits('a', 'reader'),
      acknowledgements.admits('a', 'thief'),
      acknowledgements.admits('b', 'thief'),
    ]).toEqual([true, false, true]);
    acknowledgements.closed(stream, 0);
    expect(acknowledgements.admits('a', 'thief')).toBe(false);
    acknowledgements.forgetAbsent(5000);
    expect(acknowledgements.admits('a', 'thief')).toBe(true);
  });

  it('takes a goodbye for the one stream whose secret it has', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const [first, second] = [streamOf('a', '*', 'first'), streamOf('a', '*', 'second')];
    acknowledgements.opened(first);
    acknowledgements.opened(second);
    const goodbye = { subscriber: 'a', revision: 0, isGoodbye: true };
    acknowledgements.acknowledge({ ...goodbye, secret: second.secret }, 0);
    expect(acknowledgements.standingOf('a', 'product', 1)).toBe('missing');
    acknowledgements.acknowledge({ ...goodbye, secret: first.secret }, 0);
    expect(acknowledgements.of('product', 1)).toEqual({ acked: [], missing: [] });
  });

  it('lets go at once of one that says goodbye, until it is there again', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const stream = streamOf('a');
    acknowledgements.opened(stream);
    ack(acknowledgements, 'a', 0, 0, true);
    expect(acknowledgements.of('product', 1)).toEqual({ acked: [], missing: [] });
    acknowledgements.closed(stream, 0);
    expect(acknowledgements.forgetAbsent(0)).toBeUndefined();
    acknowledgements.opened(streamOf('a'));
    expect(acknowledgements.standingOf('a', 'product', 1)).toBe('missing');
  });

  it('tells of each who came, went, acknowledged or was forgotten, until it is told not to', () => {
    const acknowledgements = createSubscriberAcknowledgements();
    const told: string[] = [];
    const stop = acknowledgements.onChange((subscriber) => told.push(subscriber));
    const [a, b] = [streamOf('a'), streamOf('b')];
    acknowledgements.opened(a);
    acknowledgements.opened(b);
    ack(acknowledgements, 'b', 1);
    acknowledgements.closed(a, 0);
    acknowledgements.forgetAbsent(5000);
    expect(told).toEqual(['a', 'b', 'b', 'a', 'a']);
    stop();
    ack(acknowledgements, 'b', 2);
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
        const acknowledgements = createSubscriberAcknowledgements();
        const missing = new Set<string>();
        acknowledgements.onChange((id) =>
          acknowledgements.standingOf(id, 'product', 2) === 'missing' ? missing.add(id) : missing.delete(id),
        );
        const streams = new Map<string, SubscriberStream[]>();
        let now = 0;
        for (const s of steps) {
          if (s.do === 'wait') acknowledgements.forgetAbsent((now += s.ms));
          else if (s.do === 'ack') ack(acknowledgements, s.who, s.revision, now);
          else if (s.do === 'goodbye') ack(acknowledgements, s.who, 0, now, true);
          else if (s.do === 'open') {
            const stream = streamOf(s.who);
            acknowledgements.opened(stream);
            streams.set(s.who, [...(streams.get(s.who) ?? []), stream]);
          } else {
            const stream = streams.get(s.who)?.shift();
            if (stream !== undefined) acknowledgements.closed(stream, now);
          }
          expect(new Set(acknowledgements.of('product', 2).missing)).toEqual(missing);
        }
      }),
    );
  });
});
