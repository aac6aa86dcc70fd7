import { failureLines, runSteps } from '../../checks/run-steps';
import type { Step } from '../../checks/steps';

const step = (name: string, failed: number, needs?: string) => {
  const run = jest.fn(() => Promise.resolve({ passed: 5, failed }));
  return { step: { name, run, ...(needs !== undefined && { needs }) } satisfies Step, run };
};

const runQuietly = (...rounds: readonly (readonly Step[])[]) =>
  runSteps(rounds, { say: () => undefined, now: () => 0 });

describe('runSteps', () => {
  test('goes on after a step that failed', async () => {
    const [lint, unit] = [step('lint', 1), step('unit', 0)];

    const results = await runQuietly([lint.step], [unit.step]);

    expect(results.map(({ score }) => score)).toEqual([
      { passed: 5, failed: 1 },
      { passed: 5, failed: 0 },
    ]);
  });

  test('leaves out a step whose groundwork failed, as one failure', async () => {
    const [typecheck, e2e] = [step('typecheck', 1), step('e2e', 0, 'typecheck')];

    const results = await runQuietly([typecheck.step], [e2e.step]);

    expect(e2e.run).not.toHaveBeenCalled();
    expect(results[1]?.score).toEqual({ passed: 0, failed: 1 });
  });

  test('runs the steps of a round at once', async () => {
    const first: Step = { name: 'first', run: () => new Promise((resolve) => (finishFirst = resolve)) };
    let finishFirst: (score: { passed: number; failed: number }) => void = () => undefined;
    const second: Step = {
      name: 'second',
      run: () => {
        finishFirst({ passed: 1, failed: 0 });
        return Promise.resolve({ passed: 2, failed: 0 });
      },
    };

    const results = await runQuietly([first, second]);

    expect(results.map(({ score }) => score.passed)).toEqual([1, 2]);
  });

  test('begins a step of a round once the one that it needs has ended', async () => {
    const order: string[] = [];
    const typecheck: Step = {
      name: 'typecheck',
      run: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('typecheck');
        return { passed: 1, failed: 0 };
      },
    };
    const note = (name: string) => () => {
      order.push(name);
      return Promise.resolve({ passed: 1, failed: 0 });
    };

    await runQuietly([
      typecheck,
      { name: 'e2e', needs: 'typecheck', run: note('e2e') },
      { name: 'unit', run: note('unit') },
    ]);

    expect(order).toEqual(['unit', 'typecheck', 'e2e']);
  });

  test('leaves out a step of the same round whose groundwork failed', async () => {
    const [typecheck, e2e] = [step('typecheck', 1), step('e2e', 0, 'typecheck')];

    const results = await runQuietly([typecheck.step, e2e.step]);

    expect(e2e.run).not.toHaveBeenCalled();
    expect(results[1]?.score).toEqual({ passed: 0, failed: 1 });
  });

  test('runs a step whose groundwork stands', async () => {
    const [typecheck, e2e] = [step('typecheck', 0), step('e2e', 0, 'typecheck')];

    await runQuietly([typecheck.step], [e2e.step]);

    expect(e2e.run).toHaveBeenCalledTimes(1);
  });
});

test('failureLines names tests, and a step where no test of it has a name', () => {
  const result = (name: string, failed: number, failures?: readonly string[]) => ({
    name,
    seconds: 1,
    score: { passed: 1, failed, ...(failures && { failures }) },
  });
  const results = [
    result('lint', 1),
    result('format', 0),
    result('unit', 2, ['a › b', 'c']),
    result('e2e', 1, []),
  ];
  expect(failureLines(results)).toEqual(['● lint', '● a › b', '● c', '● e2e']);
});
