import { eventually } from '@rollcall/testing';
import type { Health } from './health-check';
import { startHealthLoop } from './health-loop';

const WELL: Health = { ok: true };
const ILL: Health = { ok: false, why: 'answers 500' };

/** A loop over these answers, after which no check ends. */
async function told(answers: readonly Health[]): Promise<readonly string[]> {
  const events: string[] = [];
  let asked = 0;
  const loop = startHealthLoop({
    check: () => {
      const answer = answers[asked];
      asked += 1;
      return answer === undefined ? new Promise(() => undefined) : Promise.resolve(answer);
    },
    firstEveryMs: 1,
    everyMs: 1,
    failures: 3,
    onAnswers: () => events.push('answers'),
    onFails: (why) => events.push(`fails: ${why}`),
  });
  await eventually(() => asked > answers.length);
  loop.stop();
  return events;
}

describe('a health loop', () => {
  it.each<[string, readonly Health[], readonly string[]]>([
    ['tells of the first answer once', [ILL, ILL, ILL, ILL, WELL, WELL], ['answers']],
    ['forgives two failures', [WELL, ILL, ILL, WELL, ILL, ILL, WELL], ['answers']],
    ['tells of the third in a row once', [WELL, ILL, ILL, ILL, ILL, ILL], ['answers', 'fails: answers 500']],
    [
      'tells when it answers again',
      [WELL, ILL, ILL, ILL, WELL],
      ['answers', 'fails: answers 500', 'answers'],
    ],
    ['says nothing of a program that has never answered', [ILL, ILL, ILL, ILL], []],
  ])('%s', async (_title, answers, events) => {
    expect(await told(answers)).toEqual(events);
  });

  it('tells nothing of a check that ends after it was stopped', async () => {
    const events: string[] = [];
    let answer: (health: Health) => void = () => undefined;
    const loop = startHealthLoop({
      check: () => new Promise((resolve) => (answer = resolve)),
      firstEveryMs: 1,
      everyMs: 1,
      failures: 1,
      onAnswers: () => events.push('answers'),
      onFails: () => events.push('fails'),
    });
    loop.stop();
    answer(WELL);
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual([]);
  });
});
