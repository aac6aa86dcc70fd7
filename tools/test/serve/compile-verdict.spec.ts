import { compileVerdict } from '../../serve/compile-verdict';

test.each([
  ['12:00:00 PM - Found 0 errors. Watching for file changes.', 'compiled'],
  ['12:00:00 PM - Found 1 error. Watching for file changes.', 'faulty'],
  ['12:00:00 PM - Found 23 errors. Watching for file changes.', 'faulty'],
  ['12:00:00 PM - File change detected. Starting incremental compilation...', undefined],
  ["src/main.ts(1,1): error TS2304: Cannot find name 'Found'.", undefined],
])('"%s" says %s', (line, verdict) => {
  expect(compileVerdict(line)).toBe(verdict);
});
