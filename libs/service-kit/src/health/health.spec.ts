import { createHealth } from './health';

describe('readiness', () => {
  it('waits for the start', async () => {
    const health = createHealth();
    expect((await health.readiness()).ok).toBe(false);
    health.started();
    expect((await health.readiness()).ok).toBe(true);
  });

  it('ends with draining, and a late start does not bring it back', async () => {
    const health = createHealth();
    health.draining();
    health.started();
    expect(await health.readiness()).toEqual({
      ok: false,
      checks: [{ name: 'lifecycle', ok: false, reason: 'draining' }],
    });
  });

  it('follows its checks down and up again, and says which one failed and why', async () => {
    const health = createHealth();
    health.started();
    let away = true;
    health.addCheck('database', () => {
      if (away) throw new Error('connection refused');
    });
    expect((await health.readiness()).checks).toContainEqual({
      name: 'database',
      ok: false,
      reason: 'connection refused',
    });
    away = false;
    expect((await health.readiness()).ok).toBe(true);
  });

  it('fails a check that hangs, and tells it that nobody waits any more', async () => {
    const health = createHealth({ checkTimeoutMs: 20 });
    health.started();
    let told = false;
    health.addCheck(
      'slow',
      (signal) => new Promise(() => signal.addEventListener('abort', () => (told = true))),
    );
    expect((await health.readiness()).checks).toContainEqual({
      name: 'slow',
      ok: false,
      reason: 'no answer in 20 ms',
    });
    expect(told).toBe(true);
  });
});
