import { createServer, type Server, type ServerResponse } from 'node:http';
import { Agent } from 'undici';
import { subscribe } from './subscriber';

describe('subscriber', () => {
  let server: Server;
  let origin: string;
  let stream: ServerResponse | undefined;
  const dispatcher = new Agent();

  beforeEach(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.url === '/watch' ? 200 : 404).flushHeaders();
      stream = response;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('notices what it waits for, even in two pieces', async () => {
    const subscriber = await subscribe(origin, { method: 'GET', path: '/watch' }, dispatcher);
    const read = subscriber.reads('"instance-7"');
    stream?.write('data: {"id":"instance-6"}\n\ndata: {"id":"inst');
    await new Promise(setImmediate);
    stream?.write('ance-7"}\n\n');
    await read;
    subscriber.close();
  });

  it('complains when there is no stream', async () => {
    const refused = subscribe(origin, { method: 'GET', path: '/elsewhere' }, dispatcher);
    server.on('request', (_, response) => response.end());
    await expect(refused).rejects.toThrow('answered 404');
  });
});
