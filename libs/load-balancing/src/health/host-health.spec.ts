import { FIRST, hostHealthContract } from '../testing';
import { createHostHealth, type HostHealthOptions } from './host-health';

const newHost = (options: Partial<HostHealthOptions> = {}) =>
  createHostHealth({ listed: FIRST, since: -Infinity, mayEject: () => true, ...options });

describe('host health', () => {
  it.each(hostHealthContract)('$name', ({ check }) => check(() => newHost()));

  it('says when its standing may have changed, and only then', () => {
    const changed: string[] = [];
    const host = newHost({ onStandingChange: () => changed.push('changed') });
    host.begin(0).end({ outcome: 'response', status: 200 }, 1);
    expect(changed).toHaveLength(0);
    host.begin(1).end({ outcome: 'refused' }, 1);
    expect(changed).toHaveLength(1);
    host.update(FIRST, 2);
    expect(changed).toHaveLength(1);
    host.restore();
    expect(changed).toHaveLength(2);
  });

  it('counts every attempt in and out', () => {
    const changes: number[] = [];
    const host = newHost({ onInFlight: (by) => changes.push(by) });
    const answered = host.begin(0);
    host.begin(0).end({ outcome: 'headers-timeout' }, 1);
    answered.end({ outcome: 'response', status: 200 }, 1);
    answered.release();
    expect(changes).toEqual([1, 1, -1, -1]);
  });

  it('begins a slow start when an attempt restores it', () => {
    const host = newHost();
    host.begin(0).end({ outcome: 'refused' }, 0);
    expect(host.begin(1000).end({ outcome: 'response', status: 200 }, 1001)).toBe('restored');
    expect(host.since).toBe(1001);
  });

  it('is not ejected for failures where its service cannot do without it', () => {
    const host = newHost({ mayEject: () => false });
    for (let times = 0; times < 9; times += 1) host.begin(0).end({ outcome: 'response', status: 503 }, 0);
    expect(host.standing(0)).toBe('available');
  });

  it('times an answer from the begin of its attempt to its own', () => {
    const host = newHost();
    const attempt = host.begin(100);
    attempt.end({ outcome: 'response', status: 200 }, 140);
    attempt.release();
    expect(host.latencyMs(140)).toBe(40);
  });
});
