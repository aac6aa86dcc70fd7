/** @jest-environment node */
import { createAcknowledgementClock } from './acknowledgement-clock';

describe('an acknowledgement clock', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** A peer of which each look says how much it has not taken yet. */
  function peerWith(looks: (number | undefined)[]) {
    const heard: (number | string)[] = [];
    const clock = createAcknowledgementClock({
      idleMs: 400,
      unacknowledged: () => Promise.resolve(looks.length > 1 ? looks.shift() : looks[0]),
      onProgress: (left) => heard.push(left),
      onIdle: () => heard.push('idle'),
    });
    return { clock, heard };
  }

  it('does not run out while something is taken, however little, and says so', async () => {
    const { clock, heard } = peerWith([900, 899, 899, 899, 899, 850, 850, 850, 0]);
    clock.start();
    await jest.advanceTimersByTimeAsync(900);
    expect(heard).toEqual([899, 850, 0]);
    clock.stop();
  });

  it('runs out once nothing was taken from the first look on', async () => {
    const { clock, heard } = peerWith([900]);
    clock.start();
    await jest.advanceTimersByTimeAsync(499);
    expect(heard).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(heard).toEqual(['idle']);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(heard).toEqual(['idle']);
  });

  it('runs out after the time where it cannot be told what was taken', async () => {
    const { clock, heard } = peerWith([undefined]);
    clock.start();
    await jest.advanceTimersByTimeAsync(399);
    expect(heard).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(heard).toEqual(['idle']);
  });

  it('begins anew when it is started again, and only then', async () => {
    const { clock, heard } = peerWith([900]);
    clock.start();
    await jest.advanceTimersByTimeAsync(300);
    clock.start();
    await jest.advanceTimersByTimeAsync(100);
    clock.stop();
    clock.start();
    await jest.advanceTimersByTimeAsync(499);
    expect(heard).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(heard).toEqual(['idle']);
  });

  it('is not brought back by a look that was under way when it was stopped', async () => {
    const { clock, heard } = peerWith([900]);
    clock.start();
    jest.advanceTimersByTime(100);
    clock.stop();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(heard).toEqual([]);
  });
});
