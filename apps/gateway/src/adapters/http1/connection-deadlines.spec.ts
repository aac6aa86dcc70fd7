import { ConnectionDeadlines } from './connection-deadlines';

const lateness = (deadlines: ConnectionDeadlines, now: number) => {
  const error = deadlines.overdue(now);
  return error !== undefined && 'outcome' in error ? error.outcome : undefined;
};

describe('deadlines of a connection', () => {
  it.each([
    ['connection', 'unreachable'],
    ['answer', 'headers-timeout'],
    ['more', 'body-idle-timeout'],
  ] as const)('name what was waited for (%s), from the very moment on', (awaited, outcome) => {
    const deadlines = new ConnectionDeadlines(1000);
    deadlines.read(awaited, 100);
    expect([lateness(deadlines, 99), lateness(deadlines, 100)]).toEqual([undefined, outcome]);
  });

  it('are forgotten when they are cleared', () => {
    const deadlines = new ConnectionDeadlines(1000);
    deadlines.read('more', 300);
    deadlines.clear();
    expect(lateness(deadlines, 1e12)).toBeUndefined();
  });
});
