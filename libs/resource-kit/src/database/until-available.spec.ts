import { databaseUnavailable } from './database-unavailable';
import { untilAvailable } from './until-available';

const away = () => databaseUnavailable(new Error('busy'));

function failing(times: number, error: () => Error): () => Promise<string> {
  let calls = 0;
  return () => (++calls <= times ? Promise.reject(error()) : Promise.resolve(`call ${calls}`));
}

describe('waiting until the database is available', () => {
  it('tries again until it answers', async () => {
    await expect(untilAvailable(failing(3, away), { pauseMs: 1 })).resolves.toBe('call 4');
  });

  it('tells of each refusal', async () => {
    const refusals: unknown[] = [];

    await untilAvailable(failing(2, away), { pauseMs: 1, onRefused: (error) => refusals.push(error) });

    expect(refusals).toEqual([away(), away()]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['between two tries', failing(Infinity, away)],
    ['during a try that never ends', () => new Promise(() => undefined)],
  ])('ends %s when it is told to', async (_when, work) => {
    const stop = new AbortController();
    const waiting = untilAvailable(work, { signal: stop.signal, pauseMs: 1 });

    stop.abort();

    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('does not repeat what will not get better', async () => {
    await expect(untilAvailable(failing(1, () => new Error('wrong query')))).rejects.toThrow('wrong query');
  });
});
