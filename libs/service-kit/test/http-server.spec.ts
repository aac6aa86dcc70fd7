import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { eventually } from '@rollcall/testing';
import { createHttpServer, type HttpServer } from '../src/index';

const servers: HttpServer[] = [];
const agent = new Agent({ keepAlive: true });

afterEach(async () => {
  agent.destroy();
  await Promise.all(servers.splice(0).map((server) => server.stop(0)));
});

async function serving(handler: (req: IncomingMessage, res: ServerResponse) => void, port = 0) {
  const server = createHttpServer({ handler, host: '127.0.0.1', port });
  servers.push(server);
  return { server, port: (await server.start()).port };
}

function fetchOver(port: number): Promise<{ status: number; connection: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, (res) => {
      let body = '';
      res.setEncoding('utf8').on('data', (text: string) => (body += text));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, connection: res.headers.connection, body }));
    }).on('error', reject);
  });
}

describe('createHttpServer', () => {
  it('names the variable to change when the port is taken', async () => {
    const { port } = await serving((_req, res) => res.end());
    const second = createHttpServer({
      handler: () => undefined,
      host: '127.0.0.1',
      port,
      portVariable: 'ADMIN_PORT',
    });
    await expect(second.start()).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: `Port ${port} on 127.0.0.1 is taken. Set ADMIN_PORT to another one.`,
    });
  });

  it('keeps connections until it drains, then closes each with its answer, those under way included', async () => {
    const open: ServerResponse[] = [];
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const { server, port } = await serving((req, res) => {
      if (req.headers['x-slow'] === undefined && open.length === 0 && !slow) return void res.end('quick');
      open.push(res);
      arrive();
    });
    expect((await fetchOver(port)).connection).toBe('keep-alive');
    slow = true;
    const pending = fetchOver(port);
    await arrived;
    server.drain();
    open[0]?.end('late');
    expect(await pending).toMatchObject({ connection: 'close', body: 'late' });
  });

  it('is idle once what is in flight has been answered', async () => {
    const open: ServerResponse[] = [];
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const { server, port } = await serving((_req, res) => {
      open.push(res);
      arrive();
    });
    await server.whenIdle();
    const pending = fetchOver(port);
    await arrived;
    const order: string[] = [];
    const idle = server.whenIdle().then(() => order.push('idle'));
    order.push('answering');
    open[0]?.end();
    await Promise.all([pending, idle]);
    expect(order).toEqual(['answering', 'idle']);
  });

  it('serves to the end what is in flight when it stops, and takes nothing new', async () => {
    const open: ServerResponse[] = [];
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const { server, port } = await serving((_req, res) => {
      if (open.push(res) > 1) res.end();
      arrive();
    });
    const pending = fetchOver(port);
    await arrived;
    const stopped = server.stop();
    const codeOf = (error: NodeJS.ErrnoException): string | undefined => error.code;
    await eventually(async () => (await fetchOver(port).catch(codeOf)) === 'ECONNREFUSED');
    open[0]?.end('whole');
    expect((await pending).body).toBe('whole');
    await stopped;
  });

  it('cuts what does not end in time', async () => {
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const { server, port } = await serving(() => arrive());
    const pending = expect(fetchOver(port)).rejects.toThrow('socket hang up');
    await arrived;
    await server.stop(10);
    await pending;
  });

  it('can be stopped without having been started, and twice', async () => {
    const server = createHttpServer({ handler: () => undefined, host: '127.0.0.1', port: 0 });
    await server.stop();
    await server.stop();
  });
});

let arrive: () => void = () => undefined;
let slow = false;
