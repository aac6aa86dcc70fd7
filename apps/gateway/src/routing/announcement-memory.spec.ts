import type { Instance } from '@rollcall/contracts';
import {
  isRemembered,
  rememberAnnouncements,
  ROUTE_MEMORY_MS,
  sameAnnouncements,
} from './announcement-memory';
import { anInstance } from '../../test/support/an-instance';

const announcing = (pathPrefix: string, more: Partial<Instance> = {}) =>
  anInstance({ routes: [{ path_prefix: pathPrefix }], ...more });

describe('rememberAnnouncements', () => {
  it('keeps what nobody announces any more for ten minutes', () => {
    const before = rememberAnnouncements([], [announcing('/x')], 0);
    const [gone] = rememberAnnouncements(before, [], 1000);
    expect(gone).toMatchObject({ pathPrefix: '/x', goneAt: 1000 });
    expect(gone && isRemembered(gone, 1000 + ROUTE_MEMORY_MS - 1)).toBe(true);
    expect(gone && isRemembered(gone, 1000 + ROUTE_MEMORY_MS)).toBe(false);
  });

  it('counts from when the last one left, not from the last change', () => {
    const gone = rememberAnnouncements(rememberAnnouncements([], [announcing('/x')], 0), [], 1000);
    expect(rememberAnnouncements(gone, [], 2000)).toEqual(gone);
  });

  it('forgets in the end', () => {
    const gone = rememberAnnouncements(rememberAnnouncements([], [announcing('/x')], 0), [], 0);
    expect(rememberAnnouncements(gone, [], ROUTE_MEMORY_MS)).toEqual([]);
  });

  it('takes it back as soon as somebody announces it again', () => {
    const gone = rememberAnnouncements(rememberAnnouncements([], [announcing('/x')], 0), [], 0);
    expect(rememberAnnouncements(gone, [announcing('/x')], 5)[0]).not.toHaveProperty('goneAt');
  });

  it('forgets at once what only an entry of the older calls has announced: its owner took it off', () => {
    const older = announcing('/x', { tags: ['older-call'], ttl_seconds: 0 });
    expect(rememberAnnouncements(rememberAnnouncements([], [older], 0), [], 1)).toEqual([]);
  });

  it('keeps what a process has announced beside such an entry', () => {
    const older = announcing('/x', { tags: ['older-call'], ttl_seconds: 0 });
    const native = announcing('/x', { instance_id: 'native', registered_at: 2000 });
    const alone = rememberAnnouncements([], [older], 0);
    const both = rememberAnnouncements(alone, [older, native], 1);
    expect(sameAnnouncements(alone, both)).toBe(false);
    expect(rememberAnnouncements(both, [], 2)).toEqual([
      expect.objectContaining({ pathPrefix: '/x', goneAt: 2 }),
    ]);
  });

  it('takes the word of the oldest instance where they disagree', () => {
    const young = announcing('/x', { instance_id: 'young', registered_at: 20 });
    const old = anInstance({
      instance_id: 'old',
      registered_at: 10,
      routes: [{ path_prefix: '/x', strip_prefix: true }],
    });
    expect(rememberAnnouncements([], [young, old], 0)).toEqual([
      expect.objectContaining({ pathPrefix: '/x', stripPrefix: true, since: 10 }),
    ]);
  });
});

describe('sameAnnouncements', () => {
  it('does not see a heartbeat or a second instance, and does see a new route', () => {
    const before = rememberAnnouncements([], [announcing('/x')], 0);
    const second = announcing('/x', { instance_id: 'second', registered_at: 2000 });
    expect(sameAnnouncements(before, rememberAnnouncements(before, [announcing('/x'), second], 1))).toBe(
      true,
    );
    expect(sameAnnouncements(before, rememberAnnouncements(before, [announcing('/y')], 1))).toBe(false);
  });
});
