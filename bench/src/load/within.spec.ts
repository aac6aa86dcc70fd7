import { within } from './within';

describe('within', () => {
  it('hands on what came in time', async () => {
    await expect(within(10_000, Promise.resolve('here'), 'late')).resolves.toBe('here');
  });

  it('hands on a failure as it is', async () => {
    await expect(within(10_000, Promise.reject(new Error('broken')), 'late')).rejects.toThrow('broken');
  });

  it('complains about what does not come', async () => {
    await expect(within(1, new Promise(() => undefined), 'late')).rejects.toThrow('late');
  });
});
