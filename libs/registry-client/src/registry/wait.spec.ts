import { getEventListeners } from 'node:events';
import { pause, untilAborted, waitFor, within } from './wait';

const LONG_MS = 60_000;

/** A condition that is brought about by hand. */
function condition() {
  let done = (): void => undefined;
  let watched = false;
  return {
    watch(callback: () => void) {
      done = callback;
      watched = true;
      return () => (watched = false);
    },
    happens: () => done(),
    isWatched: () => watched,
  };
}

describe('a wait', () => {
  it.each([
    ['the condition holds', 'condition'],
    ['the time-out has passed', 'time-out'],
    ['the signal fires', 'abort'],
  ])('ends when %s, and leaves nothing behind', async (_when, first) => {
    const controller = new AbortController();
    const { watch, happens, isWatched } = condition();
    const waiting = waitFor(watch, {
      ms: first === 'time-out' ? 1 : LONG_MS,
      signal: controller.signal,
      ref: true,
    });
    expect(isWatched()).toBe(true);

    if (first === 'condition') happens();
    if (first === 'abort') controller.abort();
    await waiting;

    expect(isWatched()).toBe(false);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('does not begin when the signal has fired before', async () => {
    const { watch, isWatched } = condition();
    await waitFor(watch, { signal: AbortSignal.abort() });
    await pause(LONG_MS, { signal: AbortSignal.abort() });
    await untilAborted(AbortSignal.abort());
    expect(isWatched()).toBe(false);
  });

  it('does not end at once when its time-out is longer than a timer takes', async () => {
    let isOver = false;
    const controller = new AbortController();
    const waiting = pause(2 ** 40, { signal: controller.signal }).then(() => (isOver = true));
    await pause(20, { ref: true });
    expect(isOver).toBe(false);
    controller.abort();
    await waiting;
  });
});

describe('work with a time limit', () => {
  it('is answered with its value, rejects as it does, or is overdue', async () => {
    await expect(within(LONG_MS, Promise.resolve(7))).resolves.toEqual({ value: 7 });
    await expect(within(LONG_MS, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await expect(within(1, new Promise(() => undefined), { ref: true })).resolves.toBe('overdue');
  });
});
