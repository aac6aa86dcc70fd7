/** @jest-environment node */
import { createFileWatchLoop, createSettling, type LookReason, type NextLook } from './file-watch-loop';

let looks: LookReason[];
let next: NextLook;
beforeEach(() => {
  jest.useFakeTimers();
  looks = [];
  next = 'later';
});
afterEach(() => jest.useRealTimers());

function loopLooking(look: (reason: LookReason) => NextLook | Promise<NextLook>) {
  return createFileWatchLoop({ look, everyMs: 5000, settleMs: 200 });
}

const noting = (reason: LookReason): NextLook => {
  looks.push(reason);
  return next;
};

describe('a file watch loop', () => {
  it('looks each time the interval has passed, and soon after a look that was not sure', () => {
    const loop = loopLooking(noting);
    loop.start();
    expect(looks).toEqual([]);
    next = 'soon';
    jest.advanceTimersByTime(5000);
    next = 'later';
    jest.advanceTimersByTime(200);
    expect(looks).toHaveLength(2);
    jest.advanceTimersByTime(4999);
    expect(looks).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(looks).toEqual(['timer', 'timer', 'timer']);
    void loop.stop();
  });

  it('looks at once on SIGHUP, and begins its interval anew', () => {
    const loop = loopLooking(noting);
    loop.start();
    jest.advanceTimersByTime(3000);
    process.emit('SIGHUP');
    expect(looks).toEqual(['sighup']);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(5000);
    expect(looks).toEqual(['sighup', 'timer']);
    void loop.stop();
  });

  it('never looks twice at a time: a SIGHUP in the middle of a look has another one follow', async () => {
    let answer: (next: NextLook) => void = () => undefined;
    const loop = loopLooking((reason) => {
      looks.push(reason);
      return new Promise<NextLook>((resolve) => (answer = resolve));
    });
    loop.start();
    jest.advanceTimersByTime(5000);
    process.emit('SIGHUP');
    process.emit('SIGHUP');
    jest.advanceTimersByTime(60_000);
    expect(looks).toEqual(['timer']);
    answer('later');
    await jest.advanceTimersByTimeAsync(0);
    expect(looks).toEqual(['timer', 'sighup']);
    answer('later');
    await jest.advanceTimersByTimeAsync(5000);
    expect(looks).toEqual(['timer', 'sighup', 'timer']);
    const stopped = loop.stop();
    answer('later');
    await stopped;
  });

  it('waits while stopping for a look that is under way, and then looks no more, even if it was signalled', async () => {
    let answer: (next: NextLook) => void = () => undefined;
    const before = process.listenerCount('SIGHUP');
    const loop = loopLooking((reason) => {
      looks.push(reason);
      return new Promise<NextLook>((resolve) => (answer = resolve));
    });
    loop.start();
    process.emit('SIGHUP');
    process.emit('SIGHUP');
    let isStopped = false;
    const stopped = Promise.all([loop.stop(), loop.stop()]).then(() => (isStopped = true));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(isStopped).toBe(false);
    answer('soon');
    await stopped;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(looks).toEqual(['sighup']);
    expect(jest.getTimerCount()).toBe(0);
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});

describe('settling', () => {
  it('believes a content that has been seen twice in a row, and none in between', () => {
    const settling = createSettling();
    settling.judged('one');
    expect(['one', 'tw', 'two', 'two'].map((content) => settling.see(content))).toEqual([
      'unchanged',
      'unsettled',
      'unsettled',
      'settled',
    ]);
  });

  it('begins anew when the content of before is back in between', () => {
    const settling = createSettling();
    settling.judged('one');
    expect(['two', 'one', 'two'].map((content) => settling.see(content))).toEqual([
      'unsettled',
      'unchanged',
      'unsettled',
    ]);
  });
});
