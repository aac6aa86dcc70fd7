import fc from 'fast-check';
import { createUnreadAnswers, type UnreadAnswer } from './unread-answers';

interface Caller extends UnreadAnswer {
  waiting: number;
  isCut: boolean;
}

function caller(waiting: number): Caller {
  return {
    waiting,
    isCut: false,
    cut() {
      this.isCut = true;
    },
  };
}

function scene(options: { maxBytes?: number } = {}) {
  let at = 0;
  const answers = createUnreadAnswers({ maxBytes: options.maxBytes ?? 100, limitMs: 30_000, now: () => at });
  return { answers, advance: (ms: number) => (at += ms) };
}

describe('unread answers', () => {
  it('beyond the budget cost those who have read nothing for longest', () => {
    const { answers, advance } = scene();
    const [first, second, third] = [caller(60), caller(30), caller(20)];
    for (const each of [first, second, third]) {
      answers.blocked(each);
      advance(1000);
    }
    expect([first.isCut, second.isCut, third.isCut]).toEqual([true, false, false]);
    expect([answers.bytes, answers.cut]).toEqual([50, 1]);
  });

  it('of one who reads on in between are the youngest again', () => {
    const { answers } = scene();
    const [reader, sleeper, newcomer] = [caller(40), caller(40), caller(40)];
    answers.blocked(reader);
    answers.blocked(sleeper);
    answers.read(reader);
    answers.blocked(reader);
    answers.blocked(newcomer);
    expect([reader.isCut, sleeper.isCut, newcomer.isCut]).toEqual([false, true, false]);
  });

  it.each([
    [29_999, false],
    [30_000, true],
  ])('are cut when nothing of them is read for 30 s: after %d ms', (ms, isCut) => {
    const { answers, advance } = scene();
    const sleeper = caller(1);
    answers.blocked(sleeper);
    advance(ms);
    answers.sweep();
    expect(sleeper.isCut).toBe(isCut);
  });

  it('are none where the system has taken everything', () => {
    const { answers, advance } = scene();
    const quick = caller(0);
    answers.blocked(quick);
    advance(60_000);
    answers.sweep();
    expect([quick.isCut, answers.bytes]).toEqual([false, 0]);
  });

  it('never exceed the budget, whoever blocks, reads or sleeps in whatever order', () => {
    const step = fc.tuple(fc.constantFrom('blocked', 'read', 'sweep'), fc.nat(9), fc.nat(50), fc.nat(20_000));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { answers, advance } = scene();
        const callers = Array.from({ length: 10 }, () => caller(0));
        const open = new Set<Caller>();
        for (const [what, index, bytes, ms] of steps) {
          const one = callers[index];
          if (one === undefined || one.isCut) continue;
          advance(ms);
          if (what === 'sweep') answers.sweep();
          else if (what === 'read') {
            answers.read(one);
            open.delete(one);
          } else if (!open.has(one)) {
            one.waiting = bytes;
            answers.blocked(one);
            open.add(one);
          }
          const held = [...open].filter(({ isCut }) => !isCut).reduce((sum, each) => sum + each.waiting, 0);
          expect(answers.bytes).toBe(held);
          expect(held).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
