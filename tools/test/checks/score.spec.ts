import { jestScore, scoreLine, total } from '../../checks/score';

const report = (numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites = 0) => ({
  numPassedTests,
  numFailedTests,
  numRuntimeErrorTestSuites,
  testResults: [],
});

describe('jestScore', () => {
  test.each([
    ['counts its tests', report(7, 2), false, { passed: 7, failed: 2 }],
    [
      'counts a file that broke before its first test as a failure',
      report(7, 0, 1),
      false,
      { passed: 7, failed: 1 },
    ],
    ['fails when Jest failed though no test did', report(7, 0), false, { passed: 7, failed: 1 }],
    ['fails when there is no report', undefined, true, { passed: 0, failed: 1 }],
    ['passes when Jest did', report(7, 0), true, { passed: 7, failed: 0 }],
  ])('%s', (_, given, succeeded, score) => {
    expect(jestScore(given, succeeded, '/w')).toEqual(
      given === undefined ? score : { ...score, failures: [] },
    );
  });

  test('names what failed, a line each, without colours and stack', () => {
    const failed = (fullName: string, ...failureMessages: string[]) => ({
      fullName,
      status: 'failed',
      failureMessages,
    });
    const { failures } = jestScore(
      {
        ...report(1, 2, 1),
        testResults: [
          {
            name: '/w/apps/a/test/a.spec.ts',
            status: 'failed',
            message: 'all of it',
            assertionResults: [
              { fullName: 'a holds', status: 'passed', failureMessages: [] },
              failed(
                'a breaks',
                'Error: \u001b[31mexpected\u001b[39m 1\n\n  received 2\n    at a.spec.ts:1:1',
              ),
              failed('a is long', 'x'.repeat(10_000)),
            ],
          },
          { name: '/w/b.spec.ts', status: 'failed', message: "Cannot find 'c'", assertionResults: [] },
          { name: '/w/c.spec.ts', status: 'passed', message: '', assertionResults: [] },
        ],
      },
      false,
      '/w',
    );
    expect(failures).toEqual([
      'apps/a/test/a.spec.ts › a breaks: Error: expected 1 received 2',
      `apps/a/test/a.spec.ts › a is long: ${'x'.repeat(700)}`,
      "b.spec.ts: Cannot find 'c'",
    ]);
  });
});

test('total adds scores up, and scoreLine writes them as the last line of a run', () => {
  expect(
    scoreLine(
      total([
        { passed: 1, failed: 0 },
        { passed: 20, failed: 3 },
      ]),
    ),
  ).toBe('21 passed, 3 failed');
});
