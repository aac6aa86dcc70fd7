import { createAlarm } from './alarm';

const LONG_MS = 60_000;

describe('an alarm', () => {
  it('ends the sleep that is under way', async () => {
    const alarm = createAlarm(new AbortController().signal);
    const asleep = alarm.sleep(LONG_MS);

    alarm.ring();

    await expect(asleep).resolves.toBeUndefined();
  });

  it('ends the next sleep when nobody sleeps, and only that one', async () => {
    const alarm = createAlarm(new AbortController().signal);
    alarm.ring();
    await alarm.sleep(LONG_MS);

    const began = performance.now();
    await alarm.sleep(50);

    expect(performance.now() - began).toBeGreaterThan(40);
  });

  it('lets nobody sleep once the end has come', async () => {
    const halt = new AbortController();
    const alarm = createAlarm(halt.signal);
    const asleep = alarm.sleep(LONG_MS);

    halt.abort();

    await asleep;
    await alarm.sleep(LONG_MS);
  });
});
