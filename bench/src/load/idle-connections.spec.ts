import { createServer, type Server } from 'node:http';
import { eventually } from '@rollcall/testing';
import { openIdleConnections } from './idle-connections';

describe('idle connections', () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer({ keepAliveTimeout: 60_000 }, (_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('stay open after one answer each', async () => {
    let asked = 0;
    server.on('request', () => asked++);
    const idle = await openIdleConnections({ port, path: '/', count: 20 });
    expect([asked, idle.open()]).toEqual([20, 20]);
    idle.close();
  });

  it('are counted out when the server cuts them', async () => {
    const idle = await openIdleConnections({ port, path: '/', count: 5 });
    server.closeIdleConnections();
    await eventually(() => idle.open() === 0);
  });
});
