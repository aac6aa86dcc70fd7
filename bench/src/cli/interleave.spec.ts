import { interleave } from './interleave';

describe('interleaved rounds', () => {
  it('measure everybody once before anybody twice, and keep the rounds in order', async () => {
    const order: string[] = [];
    const results = await interleave([{ title: 'a' }, { title: 'b' }], 2, 'letters', async ({ title }) => {
      order.push(title);
      return order.length;
    });
    expect(order).toEqual(['a', 'b', 'a', 'b']);
    expect(results).toEqual([
      { title: 'a', rounds: [1, 3] },
      { title: 'b', rounds: [2, 4] },
    ]);
  });
});
