import { eventually, timeScale } from '@rollcall/testing';
import { openRawConnection, type RawConnection } from '../support/raw-request';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

const LENGTH = 2_000_000;
const PART = 'p'.repeat(100_000);
const CHUNK = `186a0\r\n${PART}\r\n`;
const head = (fields: string, version = '1.1'): string =>
  `POST /p HTTP/${version}\r\nHost: h\r\n${fields}\r\n`;
const withLength = head(`Content-Length: ${LENGTH}\r\n`);
const GET = 'GET /p/next HTTP/1.1\r\nHost: h\r\n\r\n';

describe('an answer that comes before the end of the request', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let status = 202;
  let fields: Record<string, string> = {};
  /** Bytes of this spec's body that the instance has got, and whether it got all of them. */
  let got = 0;
  let whole = false;
  let cut = false;

  beforeAll(async () => {
    running = await startGateway({ IDLE_TIMEOUT_MS: String(500 * timeScale) });
    upstream = await startUpstream((req, res) => {
      if (req.method === 'GET') return res.end('next');
      req.on('data', (chunk: Buffer) => (got += chunk.length));
      req.on('end', () => (whole = true));
      req.socket.once('close', () => (cut = !whole));
      req.on('error', () => undefined);
      return req.once('data', () => res.writeHead(status, { 'Content-Length': 5, ...fields }).end('early'));
    });
    running.registry.list({ service_name: 'p', url: upstream.url, routes: [{ path_prefix: '/p' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);
  });
  beforeEach(() => {
    [status, fields, got, whole, cut] = [202, {}, 0, false, false];
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop()]);
  });

  const isInFlight = async (count: number): Promise<boolean> =>
    new RegExp(`upstream_in_flight\\{.*\\} ${count}\\n`).test(
      await (await fetch(`${running.adminUrl}/metrics`)).text(),
    );

  /** Sends the beginning of an upload, and waits for the early answer to it. */
  async function begin(request: string, first = PART): Promise<RawConnection> {
    const caller = await openRawConnection(running.port);
    caller.send(request + first);
    await caller.until(/\r\n\r\nearly$/);
    return caller;
  }

  function sendRest(caller: RawConnection, part = PART): void {
    for (let sent = PART.length; sent < LENGTH; sent += PART.length) caller.send(part);
  }

  async function expectNextAnswer(caller: RawConnection): Promise<void> {
    caller.send(GET);
    await caller.until(/\r\n\r\nearly[^]+\r\n\r\nnext$/);
    caller.socket.destroy();
  }

  it.each([200, 202, 303])('%i lets a body with a length go on', async (code) => {
    status = code;
    const caller = await begin(withLength);
    expect(await isInFlight(1)).toBe(true);
    sendRest(caller);
    await eventually(() => whole);
    expect(got).toBe(LENGTH);
    await eventually(() => isInFlight(0));
    await expectNextAnswer(caller);
  });

  it('lets a body in chunks go on', async () => {
    const caller = await begin(head('Transfer-Encoding: chunked\r\n'), CHUNK);
    sendRest(caller, CHUNK);
    caller.send('0\r\n\r\n');
    await eventually(() => whole);
    expect(got).toBe(LENGTH);
    await expectNextAnswer(caller);
  });

  it.each([
    ['says that it closes', head(`Connection: close\r\nContent-Length: ${LENGTH}\r\n`)],
    ['speaks HTTP/1.0', head(`Content-Length: ${LENGTH}\r\n`, '1.0')],
  ])('lets the body of a caller that %s go on', async (_, request) => {
    const caller = await begin(request);
    sendRest(caller);
    expect(await caller.untilClosed()).toMatch(/^HTTP\/1\.1 202 [^]*\r\n\r\nearly$/);
    await eventually(() => whole);
    expect(got).toBe(LENGTH);
  });

  it.each([
    ['and keeps its connection', {}],
    ['and closes', { Connection: 'close' }],
  ])('that refuses %s is relayed whole, and the rest goes to nobody', async (_, given) => {
    status = 413;
    fields = given;
    const caller = await begin(withLength);
    expect(caller.received()).toMatch(/^HTTP\/1\.1 413 [^]*\r\n\r\nearly$/);
    await eventually(() => cut);
    sendRest(caller);
    await expectNextAnswer(caller);
    expect(got).toBeLessThan(LENGTH / 2);
  });

  it('does not keep the instance when the caller goes away', async () => {
    const caller = await begin(withLength);
    expect(await isInFlight(1)).toBe(true);
    caller.socket.destroy();
    await eventually(() => isInFlight(0));
    await eventually(() => cut);
  });

  it('keeps nobody when the caller falls silent', async () => {
    const caller = await begin(withLength);
    await eventually(() => isInFlight(0));
    await caller.closed;
  });

  it('goes with a connection that serves its caller on when the instance breaks off', async () => {
    const caller = await begin(withLength);
    upstream.server.closeAllConnections();
    await eventually(() => isInFlight(0));
    sendRest(caller);
    await expectNextAnswer(caller);
  });
});
