import { createInstanceQueue } from './instance-queue';

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

describe('the instance queue', () => {
  it('runs work at once when nothing is under way', () => {
    const log: string[] = [];
    void createInstanceQueue().run(instance, work('first', log).run);
    expect(log).toEqual(['first begins']);
  });

  it('runs the work of one instance in the order in which they were asked for', async () => {
    const log: string[] = [];
    const queue = createInstanceQueue();
    const [first, second, third] = [work('first', log), work('second', log), work('third', log)];
    const all = [first, second, third].map(({ run }) => queue.run(instance, run));
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

  it('does not make one instance wait for another', () => {
    const log: string[] = [];
    const queue = createInstanceQueue();
    void queue.run(instance, work('first', log).run);
    void queue.run({}, work('second', log).run);
    expect(log).toEqual(['first begins', 'second begins']);
  });

  it('goes on after work that failed, and rejects to its caller alone', async () => {
    const queue = createInstanceQueue();
    const failed = queue.run(instance, () => Promise.reject(new Error('store is away')));
    const next = queue.run(instance, () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('store is away');
    expect(await next).toBe('done');
  });

  it('runs work for the idle instances, which are busy then', async () => {
    const log: string[] = [];
    const queue = createInstanceQueue();
    const [busy, free] = [{}, {}];
    const [first, many, last] = [work('first', log), work('many', log), work('last', log)];
    void queue.run(busy, first.run);
    const taken: object[] = [];
    const batch = queue.runIdle([busy, free], (who) => {
      taken.push(...who);
      return many.run();
    });
    const after = queue.run(free, last.run);
    expect(taken).toEqual([free]);
    expect(log).toEqual(['first begins', 'many begins']);

    many.end();
    last.end();
    await Promise.all([batch, after]);
    expect(log.slice(2)).toEqual(['many ends', 'last begins', 'last ends']);
    first.end();
  });
});
