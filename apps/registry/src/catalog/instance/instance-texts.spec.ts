import fc from 'fast-check';
import { sampleRegistration } from '../../../test/samples/sample-registration';
import { describeInstance, toInstance, type InstanceRecord } from './instance-record';
import { createInstanceTexts } from './instance-texts';

function record(parts: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    instanceId: 'p-1',
    registration: sampleRegistration(),
    standing: { condition: { status: 'up' } },
    registeredAt: 1_790_000_000_500,
    epoch: 7,
    revision: 9,
    ...parts,
  };
}

describe('instances as text', () => {
  it('are the JSON of what goes over the wire, whatever callers put into it', () => {
    const texts = createInstanceTexts();
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('}', '"last_heartbeat":0}', '\u2028', '__proto__', '\ud800'),
    );
    fc.assert(
      fc.property(fc.dictionary(text, text), fc.array(text), fc.nat(), (metadata, tags, heardAt) => {
        const one = record({ registration: { ...sampleRegistration(), metadata, tags } });
        const expected: unknown = JSON.parse(JSON.stringify(toInstance(one, heardAt)));
        expect(JSON.parse(texts.of(one, heardAt))).toEqual(expected);
      }),
    );
  });

  it('are put into words once a record, and say when it was heard from last', () => {
    let made = 0;
    const texts = createInstanceTexts((each) => {
      made += 1;
      return describeInstance(each);
    });
    const one = record();
    expect([1000, 2000, 3999].map((heardAt) => JSON.parse(texts.of(one, heardAt)) as unknown)).toEqual([
      expect.objectContaining({ last_heartbeat: 1 }),
      expect.objectContaining({ last_heartbeat: 2 }),
      expect.objectContaining({ last_heartbeat: 3 }),
    ]);
    texts.of({ ...one, revision: 10 }, 1000);
    expect(made).toBe(2);
  });
});
