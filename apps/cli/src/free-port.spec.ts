import { once } from 'node:events';
import { createServer } from 'node:net';
import { closedPort } from '@rollcall/testing';
import { freePort, freePorts } from './free-port';

const NOBODY = () => Promise.resolve(false);

describe('a free port', () => {
  it('can be listened on, and is none that a system gives to whoever asks for any', async () => {
    for (let count = 0; count < 20; count += 1) {
      const port = await freePort(NOBODY);
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(32_768);
      const server = createServer().listen(port);
      await once(server, 'listening');
      server.close();
    }
  });

  it('is another one where something answers all the same', async () => {
    const tried: number[] = [];
    const port = await freePort((one) => Promise.resolve(tried.push(one) < 3));
    expect(tried).toHaveLength(3);
    expect(port).toBe(tried[2]);
  });

  it('says what to write where none can be found', async () => {
    await expect(freePort(() => Promise.resolve(true))).rejects.toMatchObject({
      message: expect.stringContaining('between 20000 and 32000'),
      exitCode: 1,
    });
  });
});

describe('free ports', () => {
  it('are held until the last is found, so that none is given twice', async () => {
    const port = await closedPort();
    // By chance one is drawn again that was let go; the same one, asked for twice, shows it each time.
    expect(await freePorts([port, port])).toEqual([port, undefined]);
    expect(new Set(await freePorts(Array.from({ length: 20 }, () => 0))).size).toBe(20);
  });

  it('are let go once they are found', async () => {
    const [found = 0] = await freePorts([0]);
    expect(await freePorts([found])).toEqual([found]);
  });
});
