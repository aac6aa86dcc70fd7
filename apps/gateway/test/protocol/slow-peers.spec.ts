import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createSendQueue, type SocketEnds } from '@rollcall/service-kit';
import { eventually, timeScale } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

/** Several times what the systems on both sides keep by themselves, so that the gateway waits for the peer. */
const LONG = 24_000_000;
/**
 * Of a machine that is busy for a moment, only a longer one tells a peer that is slow from one that is not there; nobody
 * needs tests that wait for minutes.
 */
const IDLE_MS = Math.min(2000 * timeScale, 4000);
/** Time enough to be cut, in idle times; then it reads as fast as it comes. */
const SLOW_FOR = 3;

/** Each reading is a new one. */
let readings = 0;
const sendQueue = createSendQueue(() => (readings += 1000));

/**
 * Reads steadily: twice in each idle time so much that its system acknowledges something, and no more. A system
 * acknowledges to a slow reader when a sixteenth of its buffer is free, which may be 64 KiB or two megabytes, as it has
 * sized that buffer; and it calls a connection writable again (`drain`) only when a third of the other end's has gone.
 * @returns how many bytes until its end, or until it was cut
 */
async function readSlowly(from: IncomingMessage): Promise<number> {
  const { remoteAddress, remotePort, localAddress, localPort } = from.socket;
  const sender: SocketEnds = {
    localAddress: remoteAddress,
    localPort: remotePort,
    remoteAddress: localAddress,
    remotePort: localPort,
  };
  const slowUntil = performance.now() + SLOW_FOR * IDLE_MS;
  let queued = await sendQueue.unacknowledged(sender);
  let bytes = 0;
  try {
    for await (const chunk of from) {
      bytes += (chunk as Buffer).length;
      if (performance.now() >= slowUntil || (await sendQueue.unacknowledged(sender)) === queued) continue;
      await delay(IDLE_MS / 2);
      queued = await sendQueue.unacknowledged(sender);
    }
  } catch {
    // It was cut: there are fewer bytes.
  }
  return bytes;
}

describe('a peer that is slow, and steady', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let answer: Parameters<typeof startUpstream>[0] = (_req, res) => res.end('ok');

  beforeAll(async () => {
    running = await startGateway({
      IDLE_TIMEOUT_MS: String(IDLE_MS),
      HEADERS_TIMEOUT_MS: String(3 * IDLE_MS),
    });
    upstream = await startUpstream((req, res) => answer?.(req, res));
    running.registry.list({ service_name: 's', url: upstream.url, routes: [{ path_prefix: '/s' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);
  });
  afterAll(() => Promise.all([running.stop(), upstream.stop()]));

  function upload(bytes: number): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${running.url}/s`, {
        method: 'POST',
        agent: false,
        headers: { 'Content-Length': bytes },
      });
      request.once('response', resolve).once('error', reject);
      request.end(Buffer.alloc(bytes));
    });
  }

  it.each([
    ['of a known length', { 'Content-Length': String(LONG) }],
    ['in chunks', {}],
  ])('gets an answer whole (%s)', async (_, headers) => {
    answer = (_req, res) => res.writeHead(200, headers).end(Buffer.alloc(LONG));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest(`${running.url}/s`, { agent: false }, resolve).once('error', reject).end();
    });
    expect(await readSlowly(response)).toBe(LONG);
    expect(response.complete).toBe(true);
  });

  it('takes an upload whole', async () => {
    // A system gives a connection that has carried an upload longer buffers, which would swallow the next upload whole.
    answer = (req, res) =>
      void readSlowly(req).then((bytes) => res.setHeader('Connection', 'close').end(String(bytes)));
    const response = await upload(LONG);
    expect(response.statusCode).toBe(200);
    expect((await response.toArray()).join('')).toBe(String(LONG));
  });

  it('takes an upload whole that it has answered already', async () => {
    let taken: Promise<number> | undefined;
    answer = (req, res) => {
      res.writeHead(202).write('early');
      taken = readSlowly(req);
      void taken.then((bytes) => res.end(String(bytes)));
    };
    const response = await upload(LONG);
    expect(response.statusCode).toBe(202);
    expect((await response.toArray()).join('')).toBe(`early${LONG}`);
    expect(await taken).toBe(LONG);
  });

  it('is not there, and is cut: a caller that has stopped reading', async () => {
    let freed = false;
    answer = (_req, res) => {
      res.once('close', () => (freed = !res.writableFinished));
      res.writeHead(200).write(Buffer.alloc(LONG));
    };
    const caller = await openRawConnection(running.port);
    caller.send('GET /s HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(() => caller.received().length > 0);
    caller.socket.pause();
    await eventually(() => freed, { timeoutMs: 20_000 });
    caller.socket.resume();
    await caller.closed;
  });

  it('is not there, and is cut: a caller that does not read answers that their instance is done with', async () => {
    answer = (_req, res) => res.end(Buffer.alloc(20_000));
    const caller = await openRawConnection(running.port);
    caller.socket.pause();
    caller.send('GET /s/last HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(LONG / 10_000));
    const answers = () => running.logged.filter(({ path }) => path === '/s/last');
    await eventually(() => Number(answers().at(-1)?.['duration_ms']) >= IDLE_MS, { timeoutMs: 20_000 });
    caller.socket.resume();
    await caller.closed;
    expect(caller.received().length).toBeLessThan(LONG);
  });

  it('is not there, and is answered for: an instance that has stopped taking an upload', async () => {
    answer = (req) => void req.pause();
    expect((await upload(LONG)).statusCode).toBe(504);
  });
});
