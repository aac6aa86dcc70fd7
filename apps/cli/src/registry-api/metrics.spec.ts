import { readMetrics } from './metrics';

it('reads numbers by their names, and of several series the largest', () => {
  const text = [
    '# HELP open_fds Open files.',
    '# TYPE open_fds gauge',
    'open_fds{service="registry"} 21',
    'bare 1.5e-3',
    'held{route="/a b} 9"} 2',
    'held{route="/c"} 7',
    'timed 4 1700000000000',
    'unlimited NaN',
    'endless +Inf',
    '',
  ].join('\n');
  expect([...readMetrics(text)]).toEqual([
    ['open_fds', 21],
    ['bare', 0.0015],
    ['held', 7],
    ['timed', 4],
  ]);
});

it.each(['', '<html><p>hello 1</p>', '{"a": 1}'])('finds nothing in %j', (text) => {
  expect([...readMetrics(text)]).toEqual([]);
});
