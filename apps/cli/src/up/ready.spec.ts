import { closedPort } from '@rollcall/testing';
import { freePorts } from './ready';

describe('free ports', () => {
  it('are held until the last is found, so that none is given twice', async () => {
    const port = await closedPort();
    // By chance the system gives one again that was let go; the same one, asked for twice, shows it each time.
    expect(await freePorts([port, port])).toEqual([port, undefined]);
    expect(new Set(await freePorts(Array.from({ length: 20 }, () => 0))).size).toBe(20);
  });

  it('are let go once they are found', async () => {
    const [found = 0] = await freePorts([0]);
    expect(await freePorts([found])).toEqual([found]);
  });
});
