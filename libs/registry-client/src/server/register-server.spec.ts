import { once } from 'node:events';
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { eventually } from '@rollcall/testing';
import { createRegistrarScene } from '../../test/registrar-scene';
import type { FakeRegistry } from '../testing';
import { registerServer, type RegisterServerOptions } from './register-server';

const { startRegistry, onCleanup, cleanUp } = createRegistrarScene();

afterEach(cleanUp);

const registration = { service_name: 'greeter' };

function serverWith(listener?: (path: string, res: ServerResponse) => void): Server {
  const server = createServer();
  if (listener) server.on('request', (req, res) => listener(req.url ?? '', res));
  onCleanup(async () => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function register(server: Server, registry: FakeRegistry, options: Partial<RegisterServerOptions> = {}) {
  const registered = registerServer(server, {
    registryUrls: [registry.url],
    registration,
    drainLingerMs: 0,
    signals: false,
    thread: false,
    ...options,
  });
  onCleanup(() => registered.stop().catch(() => undefined));
  return registered;
}

const listed = (registry: FakeRegistry) => eventually(() => registry.instances('greeter')[0]);

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

function get(port: number, path: string, options: { agent?: Agent; method?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ port, path, agent: false, ...options }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text }));
      res.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

/** To a request on a connection of its own, which is made in the next tick. */
async function answerAt(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describe('a registered server', () => {
  it('is listed once it listens, at its port', async () => {
    const registry = await startRegistry();
    const server = serverWith((_path, res) => res.end('hi'));
    register(server, registry);

    const port = await listen(server);

    expect(await listed(registry)).toMatchObject({ url: `http://127.0.0.1:${port}` });
  });

  it('is listed when it listens already, at the address that it is given', async () => {
    const registry = await startRegistry();
    const server = serverWith((_path, res) => res.end('hi'));
    await listen(server);

    register(server, registry, { advertise: { url: 'http://greeter:80' } });

    expect((await listed(registry)).url).toMatch(/^http:\/\/greeter(:80)?$/);
  });

  it.each(['before', 'after'] as const)('answers for its health, with a listener added %s', async (when) => {
    const registry = await startRegistry();
    const paths: string[] = [];
    const server = serverWith();
    const serve = () =>
      server.on('request', (req, res) => {
        paths.push(req.url ?? '');
        res.end('hi');
      });
    if (when === 'before') serve();
    const registered = register(server, registry);
    if (when === 'after') serve();
    const port = await listen(server);
    await eventually(() => registered.identity());

    const answers = await Promise.all(
      ['/livez', '/readyz', '/health?a', '/other'].map((path) => get(port, path)),
    );

    const me = registered.identity();
    const name = `${me?.instance_id ?? ''}/${me?.epoch ?? ''}`;
    expect(answers.map(({ status, headers, text }) => [status, headers['rollcall-instance'], text])).toEqual([
      [200, name, '[+]process ok\n'],
      [200, name, '[+]lifecycle ok\n'],
      [200, name, '{"status":"pass","checks":{"lifecycle":[{"status":"pass"}]}}'],
      [200, undefined, 'hi'],
    ]);
    expect(paths).toEqual(['/other']);
    expect(await get(port, '/readyz', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('leaves other methods, and health paths if it is told to, to the server, whose answers name it', async () => {
    const registry = await startRegistry();
    const server = serverWith((path, res) => res.end(path));
    const registered = register(server, registry, {
      healthPaths: false,
      registration: { ...registration, health_path: '/alive' },
    });
    const port = await listen(server);
    await eventually(() => registered.identity());

    const answers = await Promise.all(['/health', '/alive', '/other'].map((path) => get(port, path)));

    expect(answers.map(({ headers, text }) => [text, headers['rollcall-instance'] !== undefined])).toEqual([
      ['/health', true],
      ['/alive', true],
      ['/other', false],
    ]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no database')), 'no database'],
    [
      'throws',
      () => {
        throw new Error('not warm');
      },
      'not warm',
    ],
    ['never ends', () => new Promise<void>(() => undefined), 'no answer in 1000 ms'],
  ])('is alive and not ready while its check %s', async (_how, check, fault) => {
    const registry = await startRegistry();
    const server = serverWith((_path, res) => res.end('hi'));
    register(server, registry, { check });
    const port = await listen(server);

    const [live, ready, health] = await Promise.all(
      ['/livez', '/readyz', '/health'].map((path) => get(port, path)),
    );

    expect(live?.status).toBe(200);
    expect(ready).toMatchObject({ status: 503, text: `[+]lifecycle ok\n[-]check ${fault}\n` });
    expect(health?.status).toBe(503);
    expect(health?.text).toContain(fault);
  });
});

describe('the end of a registered server', () => {
  it('answers what is in flight and what comes meanwhile, each with its last word, before it leaves the list', async () => {
    const registry = await startRegistry();
    const held: (() => void)[] = [];
    const server = serverWith((path, res) => {
      if (path === '/slow') held.push(() => res.end('slow'));
      else res.end('hi');
    });
    let closed = false;
    const registered = register(server, registry, { close: () => (closed = true) });
    const port = await listen(server);
    await listed(registry);
    const agent = new Agent({ keepAlive: true });
    onCleanup(async () => agent.destroy());
    const slow = get(port, '/slow', { agent });
    await eventually(() => held.length === 1);

    const stopped = registered.stop();
    await eventually(async () => (await get(port, '/readyz')).status === 503);
    const meanwhile = await get(port, '/other', { agent });
    expect(registry.instances('greeter')).toHaveLength(1);
    expect((await get(port, '/livez')).status).toBe(200);
    held[0]?.();

    expect(await slow).toMatchObject({ status: 200, text: 'slow', headers: { connection: 'close' } });
    expect(meanwhile).toMatchObject({ status: 200, text: 'hi', headers: { connection: 'close' } });
    await stopped;
    expect(registry.instances('greeter')).toEqual([]);
    expect({ closed, listening: server.listening }).toEqual({ closed: true, listening: false });
    expect(registered.stop()).toBe(stopped);
  });

  it('answers what has connected before the server closes, and is not accepted yet', async () => {
    const registry = await startRegistry();
    const server = serverWith((_path, res) => res.end('hi'));
    let accepted = 0;
    server.on('connection', () => (accepted += 1));
    let answers: Promise<string>[] = [];
    const registered = register(server, registry, {
      onEvent(event) {
        if (event.type !== 'stopped') return;
        expect(accepted).toBe(0);
        answers = Array.from({ length: 20 }, () => answerAt(port));
      },
    });
    const port = await listen(server);
    await listed(registry);

    await registered.stop();

    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*hi/);
  });

  it.each(['a request that is never answered', 'a tunnel'])('does not wait for ever for %s', async (what) => {
    const registry = await startRegistry();
    const server = serverWith((path, res) => void (path === '/hang' || res.end()));
    const upgraded = once(server, 'upgrade');
    const registered = register(server, registry, { closeTimeoutMs: 50 });
    const port = await listen(server);
    await listed(registry);
    const hanging = once(server, 'request');
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const gone = once(socket, 'close');
    socket.write(
      what === 'a tunnel'
        ? 'GET /hang HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tunnel\r\n\r\n'
        : 'GET /hang HTTP/1.1\r\nHost: a\r\n\r\n',
    );
    await (what === 'a tunnel' ? upgraded : hanging);

    await registered.stop();

    await gone;
    expect(registry.instances('greeter')).toEqual([]);
  });

  it('does not wait for requests of a connection that has gone, pipelined ones included', async () => {
    const registry = await startRegistry();
    let begun = 0;
    const server = serverWith(() => (begun += 1));
    const registered = register(server, registry, { closeTimeoutMs: 3_600_000 });
    const port = await listen(server);
    await listed(registry);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3));
    await eventually(() => begun === 3);

    socket.destroy();

    await registered.stop();
  });

  it.each(['closes it', 'has closed it already'])('comes, too, when somebody else %s', async (when) => {
    const registry = await startRegistry();
    const server = serverWith((_path, res) => res.end('hi'));
    const registered = register(server, registry);
    await listen(server);
    await listed(registry);

    server.close();
    if (when === 'closes it') await registered.stop();

    await eventually(() => registry.instances('greeter').length === 0);
    await registered.stop();
  });

  it('that comes before it listens leaves it unregistered', async () => {
    const registry = await startRegistry();
    const server = serverWith((_path, res) => res.end('hi'));
    const registered = register(server, registry);

    await registered.stop();
    await listen(server);

    expect((await get((server.address() as AddressInfo).port, '/readyz')).status).toBe(503);
    expect(registry.calls('/register')).toEqual([]);
  });

  it('tells when what else was to be closed could not be', async () => {
    const registry = await startRegistry();
    const server = serverWith();
    const registered = register(server, registry, { close: () => Promise.reject(new Error('a pool')) });
    await listen(server);
    await listed(registry);

    await expect(registered.stop()).rejects.toThrow('a pool');
    expect(registry.instances('greeter')).toEqual([]);
  });
});
