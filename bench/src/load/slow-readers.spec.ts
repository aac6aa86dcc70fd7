import { createServer, type Server, type ServerResponse } from 'node:http';
import { eventually } from '@rollcall/testing';
import { openSlowReaders } from './slow-readers';

const LENGTH = 32 * 1024 * 1024;

describe('slow readers', () => {
  let server: Server;
  let port: number;
  const answers: ServerResponse[] = [];

  beforeEach(async () => {
    server = createServer((_, response) => {
      answers.push(response);
      response.end(Buffer.alloc(LENGTH));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });

  afterEach(() => {
    answers.length = 0;
    server.closeAllConnections();
    server.close();
  });

  it('leave most of their answers with the server, and stay connected', async () => {
    const readers = await openSlowReaders({ port, path: '/', count: 3 });
    expect(readers.open()).toBe(3);
    expect(answers.map(({ writableFinished }) => writableFinished)).toEqual([false, false, false]);
    readers.close();
  });

  it('are counted out when the server cuts them', async () => {
    const readers = await openSlowReaders({ port, path: '/', count: 2 });
    // By a reset: at an orderly end they would first take, slowly, what the system still has for them.
    for (const { socket } of answers) socket?.resetAndDestroy();
    await eventually(() => readers.open() === 0);
  });
});
