import { createWaitingRoom, type Waiter } from './waiting-room';

const stays = (): void => undefined;
const aWaiter = (given: Partial<Waiter> = {}): Waiter => ({
  service: 'late',
  caller: '192.0.2.7',
  ready: () => false,
  timeoutMs: 1000,
  onLeave: stays,
  ...given,
});

describe('waiting room', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('lets go as soon as there is something to go for', async () => {
    const room = createWaitingRoom(2);
    let ready = false;
    const waited = room.wait(aWaiter({ ready: () => ready }));
    room.wake();
    expect(room.waiting).toBe(1);
    ready = true;
    room.wake();
    await expect(waited).resolves.toBe('ready');
    expect(room.waiting).toBe(0);
  });

  it('lets go when the time is over', async () => {
    const room = createWaitingRoom(2);
    const waited = room.wait(aWaiter());
    jest.advanceTimersByTime(999);
    expect(room.waiting).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(waited).resolves.toBe('timeout');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets go of a caller who leaves', async () => {
    const room = createWaitingRoom(2);
    let leave = stays;
    const waited = room.wait(aWaiter({ onLeave: (how) => (leave = how) }));
    leave();
    await expect(waited).resolves.toBe('left');
    expect([room.waiting, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('turns away whom it has no place for, and has it again when one leaves', async () => {
    const room = createWaitingRoom(1);
    let leave = stays;
    void room.wait(aWaiter({ onLeave: (how) => (leave = how) }));
    await expect(room.wait(aWaiter())).resolves.toBe('service-over-share');
    leave();
    leave();
    void room.wait(aWaiter());
    expect(room.waiting).toBe(1);
    await expect(room.wait(aWaiter())).resolves.toBe('service-over-share');
  });
});
