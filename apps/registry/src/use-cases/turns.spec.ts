import { createTurns } from './turns';

const instance = {};

/** Work that ends when it is told to. */
function work(name: string, log: string[]) {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    end: () => end(),
    run: async () => {
      log.push(`${name} begins`);
      await ended;
      log.push(`${name} ends`);
      return name;
    },
  };
}

describe('turns', () => {
  it('begin at once when nothing is under way', () => {
    const log: string[] = [];
    void createTurns().take(instance, work('first', log).run);
    expect(log).toEqual(['first begins']);
  });

  it('are kept for one instance, in the order in which they were asked for', async () => {
    const log: string[] = [];
    const turns = createTurns();
    const [first, second, third] = [work('first', log), work('second', log), work('third', log)];
    const all = [first, second, third].map(({ run }) => turns.take(instance, run));
    for (const each of [third, second, first]) each.end();

    expect(await Promise.all(all)).toEqual(['first', 'second', 'third']);
    expect(log).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
      'third begins',
      'third ends',
    ]);
  });

  it('of different instances do not wait for each other', () => {
    const log: string[] = [];
    const turns = createTurns();
    void turns.take(instance, work('first', log).run);
    void turns.take({}, work('second', log).run);
    expect(log).toEqual(['first begins', 'second begins']);
  });

  it('go on after one that failed, and it is told to whoever asked for it alone', async () => {
    const turns = createTurns();
    const failed = turns.take(instance, () => Promise.reject(new Error('store is away')));
    const next = turns.take(instance, () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('store is away');
    expect(await next).toBe('done');
  });

  it('may be taken for whoever is free, who is not free then', async () => {
    const log: string[] = [];
    const turns = createTurns();
    const [busy, free] = [{}, {}];
    const [first, many, last] = [work('first', log), work('many', log), work('last', log)];
    void turns.take(busy, first.run);
    const taken: object[] = [];
    const batch = turns.takeFree([busy, free], (who) => {
      taken.push(...who);
      return many.run();
    });
    const after = turns.take(free, last.run);
    expect(taken).toEqual([free]);
    expect(log).toEqual(['first begins', 'many begins']);

    many.end();
    last.end();
    await Promise.all([batch, after]);
    expect(log.slice(2)).toEqual(['many ends', 'last begins', 'last ends']);
    first.end();
  });
});
