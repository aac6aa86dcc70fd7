import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startResettingServer, type SocketServer } from '@rollcall/testing';
import { openRawConnection, type RawConnection } from './support/raw-request';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const REQUESTS = 6;

describe('requests with an Idempotency-Key', () => {
  let folder: string;
  let running: RunningGateway;
  let resetting: SocketServer;
  let upstream: RunningUpstream;
  let bodies: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-keys-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(
      file,
      `version: 1
routes:
  - { path_prefix: /safe, service: shop, retries: { idempotency_key: true }, timeouts: { idle_ms: 200 } }
  - { path_prefix: /plain, service: shop }
  - { path_prefix: /few, service: few, max_in_flight: 2, retries: { idempotency_key: true } }
  - { path_prefix: /copied, service: few, max_in_flight: 2, mirror: { service: next, percent: 100, methods: [ POST ], body_bytes: 4 } }
`,
    );
    running = await startGateway({ ROUTES_FILE: file });
    resetting = await startResettingServer();
    bodies = [];
    upstream = await startUpstream((req, res) => {
      void textOf(req).then((text) => {
        bodies.push(text);
        res.end('done');
      });
    });
    for (const { url } of [resetting, upstream]) running.registry.list({ service_name: 'shop', url });
    await eventually(async () => (await running.upstreamCount()) === 2);
  });
  afterEach(async () => {
    await running.stop();
    await Promise.all([resetting.close(), upstream.stop()]);
    await rm(folder, { recursive: true });
  });

  async function textOf(req: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of req) text += String(chunk);
    return text;
  }
  async function posts(path: string, body: string | undefined, headers: Record<string, string>) {
    const statuses = [];
    for (let turn = 0; turn < REQUESTS; turn += 1) {
      const response = await fetch(running.url + path, { method: 'POST', headers, body: body ?? null });
      await response.text();
      statuses.push(response.status);
    }
    return statuses;
  }
  const key = { 'Idempotency-Key': 'order-1' };
  const good = Array.from({ length: REQUESTS }, () => 200);

  it('are sent again, body and all, where the route says so', async () => {
    const body = 'x'.repeat(65_536);
    expect(await posts('/safe/orders', body, key)).toEqual(good);
    expect(resetting.connections).toBeGreaterThan(0);
    expect(bodies).toEqual(good.map(() => body));
  });

  it('are sent again when they have no body', async () => {
    expect(await posts('/safe', undefined, key)).toEqual(good);
  });

  it.each([
    ['the route does not say so', '/plain', 'x', key],
    ['they have no key', '/safe', 'x', {}],
    ['the body is too long to be kept', '/safe', 'x'.repeat(65_537), key],
  ])('are sent once when %s', async (_, path, body, headers) => {
    const statuses = await posts(path, body, headers);
    expect(statuses.filter((status) => status === 502).length).toBe(resetting.connections);
    expect(resetting.connections).toBeGreaterThan(0);
    expect(bodies.length).toBe(REQUESTS - resetting.connections);
  });

  it('are 408 when the body stops coming, and nobody is asked', async () => {
    const { socket, received } = await openRawConnection(running.port);
    const head = 'POST /safe HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nContent-Length: 10\r\n\r\n';
    socket.write(`${head}only`);
    await eventually(() => received().startsWith('HTTP/1.1 408'));
    expect([resetting.connections, upstream.requests.length]).toEqual([0, 0]);
    socket.destroy();
  });

  it('are let go of when the caller leaves before the body is there', async () => {
    const { socket, closed } = await openRawConnection(running.port);
    socket.write('POST /safe HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nContent-Length: 10\r\n\r\nonly');
    socket.end();
    socket.destroy();
    await closed;
    await eventually(() => running.logged.some(({ status, path }) => status === 499 && path === '/safe'));
    expect([resetting.connections, upstream.requests.length]).toEqual([0, 0]);
  });

  it('are asked for their body when they wait for that', async () => {
    const { socket, received } = await openRawConnection(running.port);
    socket.write(
      'POST /safe HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
    );
    await eventually(() => received().startsWith('HTTP/1.1 100'));
    socket.write('body');
    await eventually(() => received().includes('HTTP/1.1 200'));
    expect(bodies).toEqual(['body']);
    socket.destroy();
  });

  describe('once their body is there', () => {
    const waiting: ServerResponse[] = [];
    let few: RunningUpstream;
    beforeEach(async () => {
      waiting.length = 0;
      few = await startUpstream((_req, res) => void waiting.push(res));
      running.registry.list({ service_name: 'few', url: few.url });
      await eventually(async () => (await running.upstreamCount()) === 3);
    });
    afterEach(() => few.stop());

    /** A request whose body is asked for, and not sent yet. */
    async function openRequest(path: string): Promise<RawConnection> {
      const connection = await openRawConnection(running.port);
      connection.send(
        `POST ${path} HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
      );
      await connection.until('HTTP/1.1 100');
      return connection;
    }
    const over = (connections: readonly RawConnection[]) =>
      connections.filter(({ received }) => received().includes('HTTP/1.1 503'));

    it.each(['/few', '/copied'])('are no more at %s than the route allows to be under way', async (path) => {
      const connections: RawConnection[] = [];
      for (let count = 0; count < 6; count += 1) connections.push(await openRequest(path));
      for (const { send } of connections) send('body');
      await eventually(() => over(connections).length + few.requests.length === 6);
      expect(few.requests.length).toBe(2);
      for (const { received } of over(connections)) expect(received()).toContain('SERVICE_OVERLOADED');
      for (const { socket } of connections) socket.destroy();
    });

    it('wait for an instance where those that were there have gone meanwhile', async () => {
      const connection = await openRequest('/few');
      for (const { instance_id } of running.registry.instances('few')) running.registry.forget(instance_id);
      await eventually(async () => (await running.upstreamCount()) === 2);
      connection.send('body');
      await eventually(async () =>
        (await (await fetch(`${running.adminUrl}/metrics`)).text()).match(/held_requests\{.*\} 1/),
      );
      running.registry.list({ service_name: 'few', url: few.url });
      await eventually(() => waiting.length === 1);
      waiting[0]?.end('late');
      expect(await connection.until('late')).toContain('HTTP/1.1 200');
      connection.socket.destroy();
    });
  });
});
