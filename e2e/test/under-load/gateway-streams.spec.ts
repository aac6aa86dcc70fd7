import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer, json } from '../../src/expect-answer';
import { watchResidentMemory } from '../../src/footprint';
import { pour, startStreamInstance, type StreamInstance } from '../../src/stream-instance';

const GIB = 2 ** 30;
const LISTENERS = 1000;
const SWITCHED = 500;
/** 1,500 connections and their sockets' buffers; 2 GiB went through meanwhile. */
const MOST_GROWTH_BYTES = 150 * 2 ** 20;

/** A caller on a bare connection, and what it has been sent. */
interface Caller {
  readonly socket: Socket;
  received(): string;
}

describe('everything streams at once', () => {
  let cluster: Cluster;
  let instance: StreamInstance;
  const callers: Caller[] = [];

  beforeAll(async () => {
    [cluster, instance] = await Promise.all([startCluster(), startStreamInstance()]);
    await expectAnswer(
      `${cluster.registryUrl}/register`,
      201,
      json('POST', {
        service_name: 'streams',
        url: instance.url,
        routes: [{ path_prefix: '/streams' }],
        ttl_seconds: 3600,
      }),
    );
    await eventually(async () => (await up(1)) === 1, { timeoutMs: 20_000 });
  });

  afterAll(async () => {
    for (const { socket } of callers) socket.destroy();
    await Promise.all([cluster.stop(), instance.stop()]);
  });

  /** Sends so many bytes. @returns how many the instance has counted; `undefined` for another answer */
  function up(bytes: number): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Length': bytes };
      const sending = httpRequest(`${cluster.gatewayUrl}/streams/up`, {
        method: 'POST',
        agent: false,
        headers,
      });
      sending.once('error', reject).once('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.once('error', reject);
        response.once('end', () => resolve(response.statusCode === 200 ? Number(text) : undefined));
      });
      pour(sending, bytes);
    });
  }

  /** @returns how many bytes came */
  function down(bytes: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const url = `${cluster.gatewayUrl}/streams/down?bytes=${bytes}`;
      httpRequest(url, { agent: false }, (response) => {
        let got = 0;
        response.on('data', (chunk: Buffer) => (got += chunk.length));
        response.once('error', reject).once('end', () => resolve(got));
      })
        .once('error', reject)
        .end();
    });
  }

  function call(fields: string): Caller {
    const socket = connect(Number(new URL(cluster.gatewayUrl).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    // One that is cut is missed below.
    socket.on('error', () => undefined);
    socket.write(`GET /streams/events HTTP/1.1\r\nHost: h\r\n${fields}\r\n`);
    const caller = { socket, received: () => text };
    callers.push(caller);
    return caller;
  }

  test('1 GiB up, 1 GiB down, 1,000 event streams and 500 WebSockets: memory stays, nobody is cut', async () => {
    // What it has compiled and buffered once belongs to the beginning.
    await Promise.all([up(16 * 2 ** 20), down(16 * 2 ** 20)]);
    const memory = watchResidentMemory(cluster.gateway().pid);

    const listening = Array.from({ length: LISTENERS }, () => call('Accept: text/event-stream\r\n'));
    const switching = Array.from({ length: SWITCHED }, () =>
      call('Connection: Upgrade\r\nUpgrade: websocket\r\n'),
    );
    await eventually(
      () => instance.counts().listeners === LISTENERS && instance.counts().switched === SWITCHED,
      { timeoutMs: 30_000 },
    );
    const [sent, got] = await Promise.all([up(GIB), down(GIB)]);
    instance.emit('still here');
    for (const { socket } of switching) socket.write('still there');
    await eventually(
      () => listening.every(({ received }) => received().endsWith('data: still here\n\n\r\n')),
      {
        timeoutMs: 30_000,
      },
    );
    await eventually(() => switching.every(({ received }) => received().endsWith('still there')), {
      timeoutMs: 30_000,
    });
    const { beforeBytes, mostBytes } = memory.stop();

    expect([sent, got]).toEqual([GIB, GIB]);
    expect(instance.counts()).toEqual({ listeners: LISTENERS, switched: SWITCHED });
    expect(mostBytes - beforeBytes).toBeLessThan(MOST_GROWTH_BYTES);
  });
});
