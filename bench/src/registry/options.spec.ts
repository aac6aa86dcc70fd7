import { readOptions } from './options';

describe('options of the registry benchmark', () => {
  it('are the three sizes and 200 subscribers', () => {
    expect(readOptions([], {})).toMatchObject({
      sizes: [1_000, 10_000, 100_000],
      subscribers: 200,
      rounds: 3,
      fillSeconds: 180,
    });
  });

  it('narrow the run down', () => {
    expect(readOptions(['--sizes', '500', '--announcements', '10'], {})).toMatchObject({
      sizes: [500],
      announcements: 10,
    });
  });

  it.each(['', '1000,', 'a'])('refuse the sizes %j', (sizes) => {
    expect(() => readOptions(['--sizes', sizes], {})).toThrow('--sizes');
  });
});
