import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A port of 127.0.0.1 whose backlog is full: new connections hang until they time out. */
export interface FullListener {
  readonly url: string;
  close(): Promise<void>;
}

const LISTEN = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () =>
    process.stdout.write(String(server.address().port)));
`;

/** A process that listens and is stopped, with more connections waiting than its kernel keeps for it. */
export async function startFullListener(): Promise<FullListener> {
  const child = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(output.toString());
  child.kill('SIGSTOP');
  const waiting: Socket[] = [];
  // One is taken while the process is being stopped, perhaps, and one more than the backlog is kept.
  for (let each = 0; each < 8; each += 1)
    waiting.push(connect(port, '127.0.0.1').on('error', () => undefined));
  await Promise.race(waiting.slice(0, 1).map((socket) => once(socket, 'connect')));

  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of waiting) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
