import { age, clock, counted, countdown, figure, percent, shortId, whole } from './figures';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

test.each([
  [null, '–'],
  [undefined, '–'],
  [NaN, '–'],
  [Infinity, '–'],
  [0, '0'],
  [0.04, '.04'],
  [7.44, '7.4'],
  [486.4, '486'],
  [4102, '4 102'],
  [1234567, '1 234 567'],
] as const)('the figure of %p is %p', (value, text) => {
  expect(plain(figure(value))).toBe(text);
});

test('a figure that is rounded up to ten has no digit too many', () => {
  expect(figure(9.96)).toBe('10');
  expect(figure(0.0999)).toBe('0.1');
});

test.each([
  [null, '–'],
  [undefined, '–'],
  [0, '0'],
  [0.00001, '<0.01'],
  [0.0192, '1.92'],
  [0.132, '13.2'],
  [0.9996, '100'],
  [1, '100'],
] as const)('the share %p is %p percent', (share, text) => {
  expect(percent(share)).toBe(text);
});

test('a share that is not everything is not said to be', () => {
  expect(percent(0.9994)).toBe('99.9');
  expect(percent(0.09996)).toBe('10.0');
});

test.each([
  [-5000, '0s'],
  [0, '0s'],
  [59_400, '59s'],
  [60_000, '1m'],
  [3_599_000, '59m'],
  [3_600_000, '1h'],
  [47 * 3_600_000, '47h'],
  [49 * 3_600_000, '2d'],
] as const)('an age of %p ms is %p', (ms, text) => {
  expect(age(ms)).toBe(text);
});

test.each([
  [-1, '0:00'],
  [100, '0:01'],
  [52_000, '0:52'],
  [724_000, '12:04'],
  [3_753_000, '1:02:33'],
] as const)('a countdown of %p ms is %p', (ms, text) => {
  expect(countdown(ms)).toBe(text);
});

test('a clock is that of who looks, to the millisecond where that matters', () => {
  const at = new Date(2026, 10, 27, 4, 5, 6, 7).getTime();

  expect(clock(at)).toBe('04:05:06');
  expect(clock(at, { precise: true })).toBe('04:05:06.007');
});

test('what is counted has its noun in the right number', () => {
  expect([counted(0, 'instance'), counted(1, 'instance'), counted(2, 'entry', 'entries')]).toEqual([
    '0 instances',
    '1 instance',
    '2 entries',
  ]);
  expect(plain(counted(12345, 'change'))).toBe('12 345 changes');
  expect(whole(null)).toBe('–');
});

test('an id is cut only where it is long', () => {
  expect(shortId('recommend-b0af')).toBe('recommend-b0af');
  expect(shortId('6a1f9c2e-7b1d-4f0e-8d3a-2f1f0d9c7b11')).toBe('6a1f9c2e');
  const [one, other] = ['reservations-of-the-hall-1', 'reservations-of-the-hall-2'];
  expect(shortId(one)).toHaveLength(20);
  expect(shortId(one)).not.toBe(shortId(other));
});
