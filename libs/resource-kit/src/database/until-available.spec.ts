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

  it('gives up with the last refusal when patience has run out', async () => {
    await expect(
      untilAvailable(failing(Infinity, away), { patienceMs: 20, pauseMs: 5 }),
    ).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('does not repeat what will not get better', async () => {
    await expect(untilAvailable(failing(1, () => new Error('wrong query')))).rejects.toThrow('wrong query');
  });
});
