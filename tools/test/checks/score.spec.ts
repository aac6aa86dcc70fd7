import { jestScore, scoreLine, total } from '../../checks/score';

const report = (numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites = 0) => ({
  numPassedTests,
  numFailedTests,
  numRuntimeErrorTestSuites,
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
    expect(jestScore(given, succeeded)).toEqual(score);
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
