/** @jest-environment node */
import { createForgetKeysLoop } from './forget-keys-loop';

describe('the loop that forgets old keys', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs every so often from its start to its stop, also after a round that failed', async () => {
    const errors: unknown[] = [];
    let rounds = 0;
    const forget = () => (++rounds === 1 ? Promise.reject(new Error('away')) : Promise.resolve());
    const loop = createForgetKeysLoop({ forget, onError: (error) => errors.push(error), everyMs: 1000 });

    loop.start();
    await jest.advanceTimersByTimeAsync(2500);
    expect(rounds).toBe(2);
    expect(errors).toEqual([new Error('away')]);

    await loop.stop();
    await jest.advanceTimersByTimeAsync(5000);
    expect(rounds).toBe(2);
  });

  it('waits, when stopped, for the round that is under way', async () => {
    let finish = (): void => undefined;
    const forget = () => new Promise<void>((resolve) => (finish = resolve));
    const loop = createForgetKeysLoop({ forget, onError: () => undefined, everyMs: 1000 });
    loop.start();
    await jest.advanceTimersByTimeAsync(1000);

    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(0);
    expect(stopped).toBe(false);

    finish();
    await stopping;
    expect(jest.getTimerCount()).toBe(0);
  });
});
