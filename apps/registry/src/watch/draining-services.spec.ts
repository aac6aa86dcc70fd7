import { committed, type CommittedChange, type ProposedRecord } from '../catalog/changes/change';
import type { Condition } from '../catalog/instance/standing';
import { sampleRegistration } from '../../test/samples/sample-registration';
import { createDrainingServices } from './draining-services';
import { watchListOf } from './watch-list';

const record = (instanceId: string, status: 'up' | 'draining'): ProposedRecord => {
  const condition: Condition = { status };
  return {
    instanceId,
    registration: sampleRegistration(),
    standing: { condition },
    registeredAt: 0,
    epoch: 1,
  };
};

const change = (parts: { put?: ProposedRecord[]; remove?: string[] }): CommittedChange =>
  committed({ serviceName: 'product', at: 0, put: [], remove: [], notes: [], ...parts }, 1);

describe('services with somebody who is draining', () => {
  it('are those on the list, for as long as the last one is listed', () => {
    const services = createDrainingServices();
    services.follow(change({ put: [record('a', 'draining'), record('b', 'draining'), record('c', 'up')] }));
    expect(services.areOn('*')).toBe(true);
    expect(services.areOn(watchListOf(['order', 'product']))).toBe(true);
    expect(services.areOn(watchListOf(['order']))).toBe(false);

    services.follow(change({ remove: ['a', 'c'] }));
    expect(services.areOn('*')).toBe(true);
    services.follow(change({ put: [record('b', 'up')] }));
    expect(services.areOn('*')).toBe(false);
  });
});
