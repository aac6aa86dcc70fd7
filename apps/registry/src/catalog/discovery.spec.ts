import { sampleRegistration } from '../../test/samples/sample-registration';
import { selectRecords } from './discovery';
import type { InstanceRecord } from './instance/instance-record';
import type { Registration } from './instance/registration';
import type { Standing } from './instance/standing';

const UP: Standing = { condition: { status: 'up' } };
const SUSPECT: Standing = { condition: { status: 'suspect', cause: 'session_lost', before: 'up' } };
const STARTING: Standing = { condition: { status: 'starting' } };
const DRAINING: Standing = { condition: { status: 'draining' } };
const OUT: Standing = { ...UP, override: { status: 'out_of_service', reason: 'maintenance' } };

function record(instanceId: string, standing: Standing, parts: Partial<Registration> = {}): InstanceRecord {
  const registration = sampleRegistration({ url: `http://${instanceId}`, ...parts });
  return { instanceId, registration, standing, registeredAt: 0, epoch: 1, revision: 1 };
}

const ids = (records: readonly InstanceRecord[]): string[] => records.map(({ instanceId }) => instanceId);

describe('who may get traffic', () => {
  const others = [record('starting', STARTING), record('draining', DRAINING), record('out', OUT)];

  it('those that are up, while there are any', () => {
    const all = [record('u1', UP), record('s1', SUSPECT), record('u2', UP), ...others];
    expect(ids(selectRecords(all, {}))).toEqual(['u1', 'u2']);
  });

  it('the suspects, when nothing is up', () => {
    expect(ids(selectRecords([record('s1', SUSPECT), record('s2', SUSPECT), ...others], {}))).toEqual([
      's1',
      's2',
    ]);
  });

  it('nobody else', () => {
    expect(selectRecords(others, {})).toEqual([]);
  });
});

describe('what a caller asks for', () => {
  const all = [
    record('a', UP, { tags: ['blue', 'big'], version: '1', zone: 'east' }),
    record('b', UP, { tags: ['blue'], version: '2', zone: 'west' }),
    record('c', SUSPECT, { tags: ['green'], version: '2', zone: 'east' }),
    record('d', OUT, { zone: 'east' }),
  ];

  it.each([
    ['a tag', { tag: 'blue' }, ['a', 'b']],
    ['a version', { version: '2' }, ['b']],
    ['a zone', { zone: 'east' }, ['a']],
    ['all three', { tag: 'blue', version: '1', zone: 'east' }, ['a']],
    ['a status', { status: 'suspect' as const }, ['c']],
    ['what an operator took out', { status: 'out_of_service' as const }, ['d']],
    ['any status', { status: 'any' as const }, ['a', 'b', 'c', 'd']],
    ['any status in a zone', { status: 'any' as const, zone: 'east' }, ['a', 'c', 'd']],
    // The service has something that is up, if not with that tag: a suspect gets no traffic.
    ['a tag that only a suspect has', { tag: 'green' }, []],
  ])('%s', (_what, query, found) => {
    expect(ids(selectRecords(all, query))).toEqual(found);
  });
});
