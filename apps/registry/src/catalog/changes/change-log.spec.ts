import { createChangeLog, type ChangeLog, type LogEntry } from './change-log';

const entry = (revision: number, bytes = 1): LogEntry => ({ revision, bytes });

function revisions(log: ChangeLog<LogEntry>, since: number): readonly number[] | 'lost' {
  const entries = log.since(since);
  return entries === 'lost' ? entries : entries.map(({ revision }) => revision);
}

describe('a change log', () => {
  it('answers what came after a revision, though revisions may skip some', () => {
    const log = createChangeLog({ revision: 10, maxEntries: 9, maxBytes: 99 });
    for (const revision of [11, 14, 15]) log.append(entry(revision));
    expect(revisions(log, 10)).toEqual([11, 14, 15]);
    expect(revisions(log, 11)).toEqual([14, 15]);
    expect(revisions(log, 13)).toEqual([14, 15]);
    expect(revisions(log, 15)).toEqual([]);
  });

  it('admits what it cannot know: the time before it began, and the future', () => {
    const log = createChangeLog({ revision: 10, maxEntries: 9, maxBytes: 99 });
    expect(revisions(log, 10)).toEqual([]);
    expect(revisions(log, 9)).toBe('lost');
    expect(revisions(log, 11)).toBe('lost');
  });

  it('forgets the oldest when there are too many', () => {
    const log = createChangeLog({ revision: 0, maxEntries: 3, maxBytes: 99 });
    for (let revision = 1; revision <= 20; revision += 1) {
      log.append(entry(revision));
      const floor = Math.max(0, revision - 3);
      expect(revisions(log, floor)).toHaveLength(revision - floor);
      if (floor > 0) expect(revisions(log, floor - 1)).toBe('lost');
    }
  });

  it('forgets the oldest when they are too big, all of them if need be', () => {
    const log = createChangeLog({ revision: 0, maxEntries: 99, maxBytes: 100 });
    log.append(entry(1, 60));
    log.append(entry(2, 50));
    expect(revisions(log, 0)).toBe('lost');
    expect(revisions(log, 1)).toEqual([2]);
    log.append(entry(3, 101));
    expect(revisions(log, 2)).toBe('lost');
    expect(revisions(log, 3)).toEqual([]);
  });
});
