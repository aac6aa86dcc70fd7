import { createSuspension } from './suspension';

const never = new AbortController().signal;

describe('a suspension', () => {
  it('is over as long as it has not begun', async () => {
    await expect(createSuspension().over(never)).resolves.toBeUndefined();
  });

  it('holds everybody until it ends, and can begin again', async () => {
    const suspension = createSuspension();
    const { signal } = suspension;
    suspension.begin();
    const order: string[] = [];
    const waiting = suspension.over(never).then(() => order.push('went on'));

    await Promise.resolve();
    order.push('ended');
    suspension.end();
    await waiting;

    expect(order).toEqual(['ended', 'went on']);
    expect(signal.aborted).toBe(true);
    expect(suspension.signal.aborted).toBe(false);
  });

  it('does not hold whoever has been called off', async () => {
    const suspension = createSuspension();
    const calledOff = new AbortController();
    suspension.begin();

    const waiting = suspension.over(calledOff.signal);
    calledOff.abort();

    await waiting;
    await suspension.over(calledOff.signal);
  });
});
