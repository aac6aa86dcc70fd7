import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createKeyPairFolder, startTlsTerminator } from '@rollcall/testing/certificates';
import { eventually } from '@rollcall/testing';
import fc from 'fast-check';
import {
  answerAsAsked,
  byteSource,
  bytesOf,
  FRAMINGS,
  targetOf,
  type FramedAnswer,
} from '../support/answer-framings';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

const KIB = 1024;

/**
 * Bytes that are too many for the buffers of the system between an instance and a caller who does not read. Linux lets what
 * is received grow to 32 MiB on each connection that was read fast, and what is sent to 4; an instance by https has two.
 */
const MORE_THAN_HELD = 96 * KIB * KIB;

/** Around the sizes of the gateway's buffers, below what it copies, and beyond what a connection holds. */
const lengths = fc.oneof(
  fc.nat(6 * KIB),
  fc
    .constantFrom(64, 128, 256, 320, 512)
    .chain((kib) => fc.integer({ min: kib * KIB - 300, max: kib * KIB + 2 })),
  fc.nat(2 * KIB * KIB),
);

/** How a caller reads: as it comes, with a rest after each piece, or not to the end. */
type Reading = 'steady' | 'pausing' | 'leaving';

const requests = fc.array(
  fc.record({
    answer: fc.record({
      framing: fc.constantFrom(...FRAMINGS),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      length: lengths,
      piece: fc.integer({ min: 700, max: 300 * KIB }),
    }),
    reading: fc.constantFrom<Reading>('steady', 'steady', 'pausing', 'leaving'),
    leavesAt: fc.nat(300 * KIB),
  }),
  { minLength: 1, maxLength: 8 },
);

describe.each(['http', 'https'])('answers of an instance by %s', (scheme) => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    upstream = await startUpstream(answerAsAsked);
    upstream.server.on('upgrade', (req: IncomingMessage, socket: Duplex) => echo(req, socket));
    let { url } = upstream;
    // A handshake on a busy machine takes long, and an error page in place of an answer is not what this is about.
    let settings: Record<string, string> = { CONNECT_TIMEOUT_MS: '30000', HEADERS_TIMEOUT_MS: '60000' };
    if (scheme === 'https') {
      const pair = await createKeyPairFolder();
      const door = await startTlsTerminator(url, await pair.authority.issue());
      stops.push(
        () => door.close(),
        () => pair.remove(),
      );
      url = door.url;
      settings = { ...settings, UPSTREAM_CA_FILE: pair.caFile };
    }
    running = await startGateway(settings);
    running.registry.list({ service_name: 'a', url, routes: [{ path_prefix: '/a' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop()]);
    await Promise.all(stops.map((stop) => stop()));
  });

  /** Bytes of pooled buffers that are read into or not written yet. */
  async function bytesInUse(): Promise<number> {
    const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
    return Number(/^rollcall_gateway_read_buffer_bytes\{.*\} (\d+)$/m.exec(metrics)?.[1] ?? NaN);
  }
  const nothingInUse = () => eventually(async () => (await bytesInUse()) === 0);

  async function ask(answer: FramedAnswer): Promise<IncomingMessage> {
    const method = answer.framing === 'head' ? 'HEAD' : 'GET';
    const request = httpRequest(running.url + targetOf(answer), { agent: false, method }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  /** What comes, and whether the answer ended as answers do. */
  async function read(response: IncomingMessage, reading: Reading, leavesAt = 0) {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (reading === 'leaving' && length >= leavesAt) response.destroy();
      if (reading !== 'pausing') return;
      response.pause();
      setImmediate(() => setImmediate(() => response.resume()));
    });
    response.on('error', () => undefined);
    await new Promise((resolve) => response.once('close', resolve));
    return { bytes: Buffer.concat(chunks), complete: response.complete, trailers: response.trailers };
  }

  /** How many bytes came that are those of the seed, in their order, and whether others came after them. */
  async function compare(response: IncomingMessage, seed: number) {
    const nextBytes = byteSource(seed);
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (!chunk.equals(nextBytes(chunk.length))) return { length, isChanged: true };
      length += chunk.length;
    }
    return { length, isChanged: false };
  }

  const hasBody = ({ framing }: FramedAnswer): boolean => !['head', '204', '304'].includes(framing);

  it('reach each caller byte for byte, whatever their framing and however callers read', async () => {
    await fc.assert(
      fc.asyncProperty(requests, (given) =>
        Promise.all(
          given.map(async ({ answer, reading, leavesAt }) => {
            const response = await ask(answer);
            expect(response.statusCode).toBe(Number(/^\d+$/.test(answer.framing) ? answer.framing : 200));
            const got = await read(response, reading, leavesAt);
            const sent = hasBody(answer) ? bytesOf(answer.seed, answer.length) : Buffer.alloc(0);
            // Not by toEqual, which would print megabytes.
            expect(got.bytes.equals(sent.subarray(0, got.bytes.length))).toBe(true);
            if (answer.framing === 'broken-off') expect(got.complete).toBe(false);
            if (answer.framing === 'broken-off' || reading === 'leaving') return;
            expect([got.bytes.length, got.complete]).toEqual([sent.length, true]);
            if (answer.framing === 'trailers') expect(got.trailers).toEqual({ 'x-seed': `${answer.seed}` });
          }),
        ).then(() => undefined),
      ),
      { numRuns: scheme === 'http' ? 60 : 15 },
    );
    await nothingInUse();
  });

  it('wait for callers who do not read, while others are answered, and are not overwritten', async () => {
    const length = MORE_THAN_HELD;
    const held = await Promise.all(
      [11, 12, 13, 14].map(async (seed) => {
        const framing = seed % 2 === 0 ? 'length' : 'chunked';
        return { seed, response: await ask({ framing, seed, length, piece: 100_000 }) };
      }),
    );
    // Each of them fills what lies between instance and caller, and stops there.
    const stuck = () => upstream.requests.slice(-4).every(({ socket }) => socket.writableLength > 0);
    await eventually(stuck);
    for (let seed = 100; seed < 140; seed += 1) {
      const length = 300_000 + seed;
      const got = await read(await ask({ framing: 'length', seed, length, piece: 70_000 }), 'steady');
      expect(got.bytes.equals(bytesOf(seed, length))).toBe(true);
    }
    for (const { seed, response } of held) {
      expect(await compare(response, seed)).toEqual({ length, isChanged: false });
    }
    await nothingInUse();
  });

  it('leave nothing in use when callers who do not read go away', async () => {
    const leaving = await Promise.all(
      [21, 22, 23].map((seed) => ask({ framing: 'length', seed, length: MORE_THAN_HELD, piece: 100_000 })),
    );
    await eventually(() => upstream.requests.slice(-3).every(({ socket }) => socket.writableLength > 0));
    for (const response of leaving) response.on('error', () => undefined).destroy();
    await nothingInUse();
  });

  it('may be followed by a tunnel on the same connection, which carries its bytes unchanged', async () => {
    await read(await ask({ framing: 'length', seed: 1, length: 700_000, piece: 90_000 }), 'steady');
    const before = upstream.requests.at(-1)?.socket.remotePort;
    const request = httpRequest(`${running.url}/a`, {
      agent: false,
      headers: { Connection: 'Upgrade', Upgrade: 'echo' },
    }).end();
    const [, socket, head] = (await once(request, 'upgrade')) as [IncomingMessage, Duplex, Buffer];
    const sent = bytesOf(7, 3 * KIB * KIB);
    const greeting = bytesOf(8, 200_000);
    const chunks = [head];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(sent);
    await eventually(() => Buffer.concat(chunks).length >= greeting.length + sent.length);
    expect(Buffer.concat(chunks).equals(Buffer.concat([greeting, sent]))).toBe(true);
    expect(tunnelPort).toBe(before);
    socket.destroy();
    await nothingInUse();
  });

  let tunnelPort: number | undefined;

  /** Switches, says 200 kB in the same breath, and then says back what it is told. */
  function echo(req: IncomingMessage, socket: Duplex): void {
    tunnelPort = req.socket.remotePort;
    const head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([Buffer.from(head), bytesOf(8, 200_000)]));
    socket.pipe(socket);
  }
});
