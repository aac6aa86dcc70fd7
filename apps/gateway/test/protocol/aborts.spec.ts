import { eventually } from '@rollcall/testing';
import type { RawConnection } from '../support/raw-request';
import { startRawRig, type RawRig } from '../support/raw-rig';

const request = (method: string, path: string, fields = ''): string =>
  `${method} /p/${path} HTTP/1.1\r\nHost: h\r\n${fields}\r\n`;

describe('a caller who goes away', () => {
  let rig: RawRig;

  beforeEach(async () => {
    rig = await startRawRig({
      onRequest({ send }, bytes) {
        if (bytes.includes('/p/begun ')) send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun');
      },
    });
  });
  afterEach(async () => {
    await rig.expectHealthy();
    await rig.stop();
  });

  const leave: Record<string, (caller: RawConnection) => void> = {
    closing: ({ socket }) => socket.destroy(),
    resetting: ({ socket }) => void socket.resetAndDestroy(),
  };
  const reached = (text: string) =>
    eventually(() => rig.upstream.connections.find(({ received }) => received().includes(text)));
  // What is closed looks as if only its half were closed, and is waited for until it can be told.
  const dropped = (text: string) =>
    eventually(async () => (await reached(text)).socket.destroyed, { timeoutMs: 10_000 });

  it.each(Object.entries(leave))('by %s before the answer takes the request with it', async (_, go) => {
    const caller = await rig.open();
    caller.send(request('GET', 'silent'));
    await reached('/p/silent ');
    go(caller);
    await dropped('/p/silent ');
    const [line] = await eventually(() => {
      const lines = rig.running.logged.filter(({ path }) => path === '/p/silent');
      return lines.length > 0 && lines;
    });
    expect(line).toMatchObject({ status: 499, attempts: 1 });
  });

  it.each(Object.entries(leave))(
    'by %s in the middle of the answer takes the rest with it',
    async (_, go) => {
      const caller = await rig.open();
      caller.send(request('GET', 'begun'));
      await caller.until('begun');
      go(caller);
      await dropped('/p/begun ');
    },
  );

  it.each(Object.entries(leave))('by %s in the middle of its body is seen by the instance', async (_, go) => {
    const caller = await rig.open();
    caller.send(`${request('POST', 'upload', 'Content-Length: 100\r\n')}half`);
    await reached('half');
    go(caller);
    await dropped('half');
    expect(rig.upstream.requests().filter((bytes) => bytes.startsWith('POST')).length).toBe(1);
  });

  it('in the middle of a chunk does not have its body taken for a whole one', async () => {
    const caller = await rig.open();
    caller.send(`${request('POST', 'upload', 'Transfer-Encoding: chunked\r\n')}ff\r\nhalf`);
    await reached('half');
    caller.socket.end();
    await dropped('half');
    expect((await reached('half')).received()).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it('while its request is held for an instance leaves nothing behind', async () => {
    for (const { instance_id } of rig.running.registry.instances('p'))
      rig.running.registry.forget(instance_id);
    await eventually(async () => (await rig.running.upstreamCount()) === 0);
    const caller = await rig.open();
    caller.send(request('GET', 'held'));
    const held = async () => await (await fetch(`${rig.running.adminUrl}/metrics`)).text();
    await eventually(async () => /^rollcall_gateway_held_requests\{.*\} 1$/m.test(await held()));
    caller.socket.destroy();
    await eventually(async () => /^rollcall_gateway_held_requests\{.*\} 0$/m.test(await held()));
    rig.running.registry.list({ service_name: 'p', url: rig.upstream.url, routes: [{ path_prefix: '/p' }] });
    await eventually(async () => (await rig.running.upstreamCount()) === 1);
    expect(rig.upstream.requests().filter((bytes) => bytes.includes('/p/held '))).toEqual([]);
  });
});
