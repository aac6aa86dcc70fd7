import { createHeartbeatTimer } from './heartbeat-timer';

const LONG_MS = 60_000;

describe('a heartbeat timer', () => {
  it('ends the wait in progress', async () => {
    const timer = createHeartbeatTimer(new AbortController().signal);
    const waiting = timer.wait(LONG_MS);

    timer.fire();

    await expect(waiting).resolves.toBeUndefined();
  });

  it('ends the next wait when fired between two, and only that one', async () => {
    const timer = createHeartbeatTimer(new AbortController().signal);
    timer.fire();
    await timer.wait(LONG_MS);

    const began = performance.now();
    await timer.wait(50);

    expect(performance.now() - began).toBeGreaterThan(40);
  });

  it('waits no longer once halted', async () => {
    const halt = new AbortController();
    const timer = createHeartbeatTimer(halt.signal);
    const waiting = timer.wait(LONG_MS);

    halt.abort();

    await waiting;
    await timer.wait(LONG_MS);
  });
});
