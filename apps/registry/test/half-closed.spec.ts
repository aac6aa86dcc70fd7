import { connect, type Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { startRegistry, type RunningRegistry } from './running-registry';

const product = { service_name: 'product', url: 'http://10.0.0.1', instance_id: 'p-1' };

/** RFC 9112 §9.6. */
describe('a caller that closes its half of the connection', () => {
  let registry: RunningRegistry;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    registry = await startRegistry();
    await registry.post('/register', product);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await registry.stop();
  });

  function open(): { socket: Socket; received: () => string; over: () => boolean } {
    const socket = connect({
      port: Number(new URL(registry.url).port),
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    sockets.push(socket);
    let text = '';
    let over = false;
    socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
    socket.once('close', () => (over = true));
    return { socket, received: () => text, over: () => over };
  }
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const gauge = async (name: string): Promise<string | undefined> =>
    new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(await registry.metrics())?.[1];

  it.each([
    ['discover', get('/discover/product'), 200],
    ['explain', get('/explain/product'), 200],
    [
      'register',
      `POST /register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${JSON.stringify(product).length}\r\n\r\n${JSON.stringify(product)}`,
      200,
    ],
    ['what is not there', get('/nothing'), 404],
  ])('gets its answer (%s)', async (_, bytes, status) => {
    const { socket, received, over } = open();
    socket.end(bytes);
    await eventually(over);
    expect(received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\n\r\n[^]+`));
  });

  it('behind a discovery that waits gets it when something changes', async () => {
    const { body } = await registry.get<{ revision: number }>('/discover/product');
    const { socket, received, over } = open();
    socket.end(get(`/discover/product?index=${body.revision}&wait=10m`));
    await registry.post('/register', { ...product, instance_id: 'p-2', url: 'http://10.0.0.2' });
    await eventually(over);
    expect(received()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('behind a discovery that waits for longer than five seconds counts as gone', async () => {
    const { body } = await registry.get<{ revision: number }>('/discover/product');
    const { socket, received, over } = open();
    socket.end(get(`/discover/product?index=${body.revision}&wait=10m`));
    await eventually(over, { timeoutMs: 10_000 });
    expect(received()).toBe('');
  });

  it('ends its session: that is how a process that was killed is noticed', async () => {
    const { socket, received, over } = open();
    socket.write(get('/instances/p-1/session?epoch=1'));
    await eventually(() => received().includes('event: opened'));
    await eventually(async () => (await gauge('rollcall_registry_sessions')) === '1');
    socket.end();
    await eventually(over);
    await eventually(async () => (await gauge('rollcall_registry_sessions')) === '0');
  });

  it('ends its watch: a stream has no end that it could wait for', async () => {
    const { socket, received, over } = open();
    socket.write(get('/watch?services=product'));
    await eventually(() => received().includes('event: synced'));
    socket.end();
    await eventually(over);
    await eventually(async () => (await gauge('rollcall_registry_watchers')) === '0');
  });
});
