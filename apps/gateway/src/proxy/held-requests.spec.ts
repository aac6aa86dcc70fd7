/** @jest-environment node */
import { createHeldRequests, type HeldRequest } from './held-requests';

const stays = (): void => undefined;
const aRequest = (given: Partial<HeldRequest> = {}): HeldRequest => ({
  service: 'late',
  caller: '192.0.2.7',
  ready: () => false,
  timeoutMs: 1000,
  onLeave: stays,
  ...given,
});

describe('waiting held', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('lets go as soon as there is something to go for', async () => {
    const held = createHeldRequests(2);
    let ready = false;
    const waited = held.hold(aRequest({ ready: () => ready }));
    held.wake();
    expect(held.count).toBe(1);
    ready = true;
    held.wake();
    await expect(waited).resolves.toBe('ready');
    expect(held.count).toBe(0);
  });

  it.each([
    [0, 1000],
    [5, 0],
  ])('never begins with %i places and %i ms', async (capacity, timeoutMs) => {
    const held = createHeldRequests(capacity);
    const all = Array.from({ length: 10 }, () => held.hold(aRequest({ timeoutMs })));
    expect(held.count).toBe(0);
    expect(new Set(await Promise.all(all))).toEqual(new Set(['timeout']));
  });

  it('lets go when the time is over', async () => {
    const held = createHeldRequests(2);
    const waited = held.hold(aRequest());
    jest.advanceTimersByTime(999);
    expect(held.count).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(waited).resolves.toBe('timeout');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets go of a caller who leaves', async () => {
    const held = createHeldRequests(2);
    let leave = stays;
    const waited = held.hold(aRequest({ onLeave: (how) => (leave = how) }));
    leave();
    await expect(waited).resolves.toBe('left');
    expect([held.count, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('turns away whom it has no place for, and has it again when one leaves', async () => {
    const held = createHeldRequests(1);
    let leave = stays;
    void held.hold(aRequest({ onLeave: (how) => (leave = how) }));
    await expect(held.hold(aRequest())).resolves.toBe('service-over-share');
    leave();
    leave();
    void held.hold(aRequest());
    expect(held.count).toBe(1);
    await expect(held.hold(aRequest())).resolves.toBe('service-over-share');
  });
});
