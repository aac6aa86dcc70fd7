import { createFakeClock } from '@rollcall/testing';
import { createWriteHealth } from './write-health';

/** Writes whose outcome the spec decides, each when it wants. */
function heldWrites() {
  const clock = createFakeClock();
  const events: string[] = [];
  const trials: ((error?: Error) => void)[] = [];
  const own = new Error('that change alone');
  const health = createWriteHealth({
    clock,
    trial: () => begin(trials),
    concernsOthers: (error) => error !== own,
    onEvent: ({ type }) => events.push(type),
  });

  function begin(held: ((error?: Error) => void)[]): Promise<void> {
    return health.attempt(
      () =>
        new Promise<void>((resolve, reject) => {
          held.push((error) => (error === undefined ? resolve() : reject(error)));
        }),
    );
  }

  return {
    clock,
    events,
    trials,
    own,
    health,
    /** @returns how to end it */
    write(): (error?: Error) => Promise<void> {
      const held: ((error?: Error) => void)[] = [];
      const outcome = begin(held).catch(() => undefined);
      return async (error) => {
        for (const settle of held) settle(error);
        await outcome;
      };
    },
  };
}

const away = new Error('no answer');

describe('the health of writes', () => {
  it('is good before the first write, and is as the latest one was', async () => {
    const { health, write, events } = heldWrites();
    expect(health.isFailing).toBe(false);
    await write()(away);
    await write()(away);
    expect(health.isFailing).toBe(true);
    await write()();
    expect(health.isFailing).toBe(false);
    expect(events).toEqual(['write_failed', 'write_recovered']);
  });

  it('does not count an outcome that comes after that of a write which began later', async () => {
    const { health, write, events } = heldWrites();
    const [early, late] = [write(), write()];
    await late();
    await early(away);
    expect(health.isFailing).toBe(false);
    expect(events).toEqual([]);

    const [before, after] = [write(), write()];
    await after(away);
    await before();
    expect(health.isFailing).toBe(true);
  });

  it('is good again once a trial went well, although nobody writes', async () => {
    const { health, write, clock, trials, events } = heldWrites();
    await write()(away);
    await clock.advance(1000);
    expect(trials).toHaveLength(1);
    trials[0]?.();
    await clock.advance(0);
    expect(health.isFailing).toBe(false);
    expect(events).toEqual(['write_failed', 'write_recovered']);
    await clock.advance(60_000);
    expect(trials).toHaveLength(1);
  });

  it('is tried again after each trial that fails, one at a time', async () => {
    const { health, write, clock, trials, events } = heldWrites();
    await write()(away);
    await clock.advance(60_000);
    expect(trials).toHaveLength(1);
    for (let failures = 1; failures <= 5; failures += 1) {
      trials.at(-1)?.(away);
      await clock.advance(1000);
      expect(trials).toHaveLength(failures + 1);
    }
    expect(health.isFailing).toBe(true);
    expect(events).toEqual(['write_failed']);
  });

  it('is not tried while it is good, nor after a write has shown it', async () => {
    const { write, clock, trials } = heldWrites();
    await clock.advance(60_000);
    await write()(away);
    await write()();
    await clock.advance(60_000);
    expect(trials).toEqual([]);
  });

  it('says nothing of a change that is at fault itself', async () => {
    const { health, write, own, events } = heldWrites();
    await write()(own);
    expect(health.isFailing).toBe(false);
    await write()(away);
    await write()(own);
    expect(health.isFailing).toBe(true);
    expect(events).toEqual(['write_failed']);
  });

  it('is not tried any more once it was stopped, also during a trial', async () => {
    const { health, write, clock, trials } = heldWrites();
    await write()(away);
    await clock.advance(1000);
    health.stop();
    trials[0]?.(away);
    await clock.advance(60_000);
    await write()(away);
    await clock.advance(60_000);
    expect(trials).toHaveLength(1);
  });
});
