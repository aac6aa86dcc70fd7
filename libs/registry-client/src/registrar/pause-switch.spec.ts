import { createPauseSwitch } from './pause-switch';

const never = new AbortController().signal;

describe('a pause switch', () => {
  it('holds nobody as long as it is not paused', async () => {
    await expect(createPauseSwitch().whenRunning(never)).resolves.toBeUndefined();
  });

  it('holds every waiter until it resumes, and can pause again', async () => {
    const pauseSwitch = createPauseSwitch();
    const { signal } = pauseSwitch;
    pauseSwitch.pause();
    const order: string[] = [];
    const waiting = pauseSwitch.whenRunning(never).then(() => order.push('went on'));

    await Promise.resolve();
    order.push('resumed');
    pauseSwitch.resume();
    await waiting;

    expect(order).toEqual(['resumed', 'went on']);
    expect(signal.aborted).toBe(true);
    expect(pauseSwitch.signal.aborted).toBe(false);
  });

  it('does not hold a waiter whose signal fires', async () => {
    const pauseSwitch = createPauseSwitch();
    const aborted = new AbortController();
    pauseSwitch.pause();

    const waiting = pauseSwitch.whenRunning(aborted.signal);
    aborted.abort();

    await waiting;
    await pauseSwitch.whenRunning(aborted.signal);
  });
});
