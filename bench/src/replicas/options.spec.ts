import { readOptions } from './options';

describe('options of the benchmark of replicas', () => {
  it('are 10,000 instances and 200 subscribers', () => {
    expect(readOptions([], {})).toMatchObject({ instances: 10_000, subscribers: 200, seconds: 30 });
  });

  it.each(['', '0', 'a'])('refuse %j instances', (instances) => {
    expect(() => readOptions(['--instances', instances], {})).toThrow('--instances');
  });
});
