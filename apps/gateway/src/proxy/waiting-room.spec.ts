import { createWaitingRoom } from './waiting-room';

const stays = (): void => undefined;

describe('waiting room', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('lets go as soon as there is something to go for', async () => {
    const room = createWaitingRoom(2);
    let ready = false;
    const waited = room.wait(() => ready, 1000, stays);
    room.wake();
    expect(room.waiting).toBe(1);
    ready = true;
    room.wake();
    await expect(waited).resolves.toBe('ready');
    expect(room.waiting).toBe(0);
  });

  it('lets go when the time is over', async () => {
    const room = createWaitingRoom(2);
    const waited = room.wait(() => false, 1000, stays);
    jest.advanceTimersByTime(999);
    expect(room.waiting).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(waited).resolves.toBe('timeout');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets go of a caller who leaves', async () => {
    const room = createWaitingRoom(2);
    let leave = stays;
    const waited = room.wait(
      () => false,
      1000,
      (how) => (leave = how),
    );
    leave();
    await expect(waited).resolves.toBe('left');
    expect([room.waiting, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('turns away whom it has no place for', async () => {
    const room = createWaitingRoom(1);
    void room.wait(() => false, 1000, stays);
    await expect(room.wait(() => false, 1000, stays)).resolves.toBe('full');
  });
});
