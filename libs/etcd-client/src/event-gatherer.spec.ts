import * as fc from 'fast-check';
import { createEventGatherer, type Change } from './event-gatherer';
import type { WireEvent } from './messages';

function put(key: string, revision: number): WireEvent {
  const text = String(revision);
  return {
    type: 0,
    kv: {
      key: Buffer.from(key),
      create_revision: text,
      mod_revision: text,
      version: '1',
      value: Buffer.from(''),
      lease: '0',
    },
  };
}

const told = (changes: readonly Change[]) =>
  changes.map(
    ({ revision, events }) =>
      `${revision}: ${events.map((event) => (event.kind === 'put' ? event.keyValue.key : `-${event.key}`)).join(' ')}`,
  );

describe('the events of a watch', () => {
  it('of one revision are one change', () => {
    const gatherer = createEventGatherer(4);

    expect(told(gatherer.add([put('a', 5), put('b', 5), { ...put('c', 6), type: 1 }], false))).toEqual([
      '5: a b',
      '6: -c',
    ]);
  });

  it('are kept while more of their revision may follow', () => {
    const gatherer = createEventGatherer(4);

    expect(told(gatherer.add([put('a', 5), put('b', 6)], true))).toEqual(['5: a']);
    expect(told(gatherer.add([put('c', 6)], true))).toEqual([]);
    expect(told(gatherer.add([put('d', 6)], false))).toEqual(['6: b c d']);
  });

  it('that have been told already are left out', () => {
    const gatherer = createEventGatherer(5);

    expect(told(gatherer.add([put('a', 5), put('b', 6)], false))).toEqual(['6: b']);
    expect(told(gatherer.add([put('b', 6), put('c', 7)], false))).toEqual(['7: c']);
  });

  it('with a revision that is no exact number are refused', () => {
    const event = put('a', 5);
    const beyond = { ...event, kv: event.kv && { ...event.kv, mod_revision: '9007199254740993' } };

    expect(() => createEventGatherer(0).add([beyond], false)).toThrow(
      'revision 9007199254740993 is not below 2^53',
    );
  });

  it('make the same changes however etcd cuts them into answers', () => {
    const revisions = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 8 });
    fc.assert(
      fc.property(revisions, fc.infiniteStream(fc.nat({ max: 4 })), (sizes, cuts) => {
        const events = sizes.flatMap((size, index) =>
          Array.from({ length: size }, (_, key) => put(`k${key}`, index + 1)),
        );
        const whole = createEventGatherer(0).add(events, false);

        const gatherer = createEventGatherer(0);
        const parts: Change[] = [];
        for (let rest = events; rest.length > 0; ) {
          const { value: size } = cuts.next() as { value: number };
          const part = rest.slice(0, size);
          rest = rest.slice(size);
          parts.push(...gatherer.add(part, rest.length > 0));
        }

        expect(told(parts)).toEqual(told(whole));
      }),
    );
  });
});
