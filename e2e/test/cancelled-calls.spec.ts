import { get } from 'node:http';
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { Client, credentials, status, type ClientUnaryCall, type StatusObject } from '@grpc/grpc-js';
import { eventually } from '@rollcall/testing';
import { PATIENT, startCluster, type Cluster } from '../src/cluster';
import { GRPC_PATH, startHoldingInstances, type HoldingInstances } from '../src/holding-instances';
import { startNode } from '../src/node-process';

interface Given {
  readonly kind: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}
const PROGRAM = join(__dirname, '..', 'src', 'held-calls.js');
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a program in plain JavaScript, too
const { KINDS, openCall } = require(PROGRAM) as {
  readonly KINDS: readonly string[];
  openCall(client: Client, given: Given): ClientUnaryCall;
};
const METHODS: Readonly<Record<string, string>> = {
  unary: 'OneOne',
  'server stream': 'OneStream',
  'client stream': 'StreamOne',
  'both ways': 'StreamStream',
};

/** How soon an instance has to know. */
const BOUND_MS = 1000;
/** A machine that stands still for a moment delays one of them; a gateway that waits delays all. */
const TIMES = 3;

const ANSWERS = [
  ['before its answer', {}],
  ['in the middle of its answer', { 'x-answer': 'begun' }],
] as const;

describe('an instance is told that its caller has gone', () => {
  let cluster: Cluster;
  let instances: HoldingInstances;
  let host: string;
  let client: Client;
  let session: ClientHttp2Session;
  let ids = 0;

  beforeAll(async () => {
    cluster = await startCluster({ gateway: { ...PATIENT, HTTP2: 'on', HOLD_TIMEOUT_MS: '100' } });
    instances = await startHoldingInstances(cluster.registryUrl);
    host = new URL(cluster.gatewayUrl).host;
    client = new Client(host, credentials.createInsecure());
    session = openSession();
    for (const path of ['/h2c', '/http1', GRPC_PATH])
      await eventually(async () => (await fetch(`${cluster.gatewayUrl}${path}`)).status !== 404, {
        timeoutMs: 15_000,
      });
  });
  afterAll(async () => {
    client.close();
    session.destroy();
    await cluster.stop();
    await instances.stop();
  });

  function openSession(): ClientHttp2Session {
    const opened = connect(cluster.gatewayUrl);
    return opened.on('error', () => undefined);
  }
  const nextId = (): string => `id-${(ids += 1)}`;
  const reached = (id: string) => eventually(() => instances.held.get(id));
  /** How long after `goneAt` the instance knew. */
  const toldAfter = async (id: string, goneAt: number): Promise<number> =>
    (await eventually(() => instances.held.get(id)?.cancelledAt)) - goneAt;

  /** @param once leaves an open request, and resolves with how long it took until the instance knew */
  async function expectTold(once: () => Promise<number>): Promise<void> {
    const delays: number[] = [];
    while (delays.length < TIMES) delays.push(await once());
    expect(Math.min(...delays)).toBeLessThan(BOUND_MS);
  }

  describe.each(KINDS)('of a call of gRPC: %s', (kind) => {
    const grpcJs = `${GRPC_PATH}/${METHODS[kind]}`;
    const open = (given: Omit<Given, 'kind'>) => {
      const call = openCall(client, { kind, ...given });
      const ended = new Promise<{ readonly code: number; readonly at: number }>((resolve) =>
        call.on('status', ({ code }: StatusObject) => resolve({ code, at: performance.now() })),
      );
      const begun = new Promise<void>((resolve) => call.on('metadata', () => resolve()));
      return { call, ended, begun };
    };

    it.each([
      ...ANSWERS.map(([when, answer]) => [when, 'on grpc-js', grpcJs, answer] as const),
      ...ANSWERS.map(([when, answer]) => [when, 'on plain HTTP/2', `/h2c/${kind.length}`, answer] as const),
    ])('that is cancelled %s, %s', async (_when, _what, path, answer) => {
      await expectTold(async () => {
        const id = nextId();
        const { call, ended, begun } = open({ path, fields: { 'x-id': id, ...answer } });
        await reached(id);
        if ('x-answer' in answer) await begun;
        const goneAt = performance.now();
        call.cancel();
        expect((await ended).code).toBe(status.CANCELLED);
        return toldAfter(id, goneAt);
      });
    });

    // One on grpc-js keeps the time itself; this one knows nothing of deadlines.
    it.each(ANSWERS)('whose deadline passes %s, on plain HTTP/2', async (_when, answer) => {
      let deadlineMs = 250;
      const once = async (): Promise<number> => {
        const id = nextId();
        const { ended } = open({ path: '/h2c', fields: { 'x-id': id, ...answer }, deadlineMs });
        const { code, at } = await ended;
        expect(code).toBe(status.DEADLINE_EXCEEDED);
        if (instances.held.has(id)) return toldAfter(id, at);
        // The machine was too busy for it to get there in time.
        deadlineMs *= 2;
        return once();
      };
      await expectTold(once);
    });
  });

  it('of calls of gRPC of each kind whose process is killed', async () => {
    await expectTold(async () => {
      const calls = KINDS.flatMap((kind) =>
        [`${GRPC_PATH}/${METHODS[kind]}`, '/h2c'].flatMap((path) =>
          ANSWERS.map(([, answer]): Given => ({ kind, path, fields: { 'x-id': nextId(), ...answer } })),
        ),
      );
      const caller = startNode([PROGRAM], { env: { HOST: host, CALLS: JSON.stringify(calls) } });
      for (const { fields } of calls) await reached(fields['x-id'] ?? '');
      const goneAt = performance.now();
      await caller.end('SIGKILL');
      return Math.max(
        ...(await Promise.all(calls.map(({ fields }) => toldAfter(fields['x-id'] ?? '', goneAt)))),
      );
    });
  });

  /** Ways to leave a request of HTTP/2. */
  const LEAVE: Readonly<Record<string, (stream: ClientHttp2Stream) => void>> = {
    'RST_STREAM CANCEL': (stream) => stream.close(constants.NGHTTP2_CANCEL),
    'RST_STREAM NO_ERROR': (stream) => stream.close(constants.NGHTTP2_NO_ERROR),
    'RST_STREAM INTERNAL_ERROR': (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    'the end of its connection': (stream) => stream.session?.destroy(),
  };
  const INSTANCES = ['/h2c', '/http1'] as const;
  const METHODS_OF_HTTP = ['GET', 'POST'] as const;

  describe.each(Object.entries(LEAVE))('of a request of HTTP/2 by %s', (_way, leave) => {
    it.each(
      INSTANCES.flatMap((path) =>
        METHODS_OF_HTTP.flatMap((method) =>
          ANSWERS.map(([when, answer]) => [method, path, when, answer] as const),
        ),
      ),
    )('%s %s %s', async (method, path, _when, answer) => {
      await expectTold(async () => {
        if (session.destroyed) session = openSession();
        const id = nextId();
        const fields = { ':path': path, ':method': method, 'x-id': id, ...answer };
        const stream = session.request(fields);
        stream.on('error', () => undefined);
        if (method === 'POST') stream.write('half');
        const begun = new Promise((resolve) => stream.once('data', resolve));
        await reached(id);
        if ('x-answer' in answer) await begun;
        const goneAt = performance.now();
        leave(stream);
        return toldAfter(id, goneAt);
      });
    });
  });

  it.each(INSTANCES.flatMap((path) => ANSWERS.map(([when, answer]) => [path, when, answer] as const)))(
    'of a request of HTTP/1.1 by a reset of its connection, %s %s',
    async (path, _when, answer) => {
      await expectTold(async () => {
        const id = nextId();
        const request = get(`${cluster.gatewayUrl}${path}`, {
          agent: false,
          headers: { 'x-id': id, ...answer },
        });
        request.on('error', () => undefined);
        const begun = new Promise((resolve) => request.once('response', (res) => res.once('data', resolve)));
        await reached(id);
        if ('x-answer' in answer) await begun;
        const goneAt = performance.now();
        // One that is only closed looks like a caller that has closed its half, and waits for its answer.
        request.socket?.resetAndDestroy();
        return toldAfter(id, goneAt);
      });
    },
  );
});
