import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../processes/free-port';
import { heapInUse } from './heap-in-use';

describe('the heap in use', () => {
  it('is what a process holds, without its garbage', async () => {
    const port = await freePort();
    const program = `
      globalThis.kept = Array.from({ length: 1e6 }, (_, n) => ({ n }));
      for (let n = 0; n < 100; n += 1) globalThis.garbage = Array.from({ length: 1e5 }, (_, m) => ({ m }));
      globalThis.garbage = undefined;
      setInterval(() => undefined, 1000);
      console.log('ready');`;
    const child = spawn(process.execPath, [`--inspect-port=127.0.0.1:${port}`, '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      await once(child.stdout, 'data');
      const bytes = await heapInUse(child.pid ?? 0, port);
      expect(bytes).toBeGreaterThan(16e6);
      expect(bytes).toBeLessThan(80e6);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
});
