import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { eventually, timeScale } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

/** Several times what passes between two events of an instance here, on a busy machine too. */
const IDLE_MS = 250 * timeScale;

describe('streams through the gateway', () => {
  let running: RunningGateway;
  const upstreams: RunningUpstream[] = [];

  beforeAll(async () => {
    running = await startGateway({ IDLE_TIMEOUT_MS: String(IDLE_MS) });
  });
  afterAll(() => running.stop());
  afterEach(async () => {
    for (const instance of running.registry.instances()) running.registry.forget(instance.instance_id);
    await Promise.all(upstreams.splice(0).map((upstream) => upstream.stop()));
    await eventually(async () => (await running.upstreamCount()) === 0);
  });

  async function before(answer: Parameters<typeof startUpstream>[0]): Promise<RunningUpstream> {
    const upstream = await startUpstream(answer);
    upstreams.push(upstream);
    running.registry.list({ service_name: 's', url: upstream.url, routes: [{ path_prefix: '/s' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);
    return upstream;
  }
  const send = (options: { method?: string; headers?: Record<string, string> }) =>
    httpRequest(`${running.url}/s`, { agent: false, ...options });
  const answerTo = (request: ReturnType<typeof send>) =>
    new Promise<IncomingMessage>((resolve, reject) =>
      request.once('response', resolve).once('error', reject),
    );

  it('makes a fast instance wait for a slow caller', async () => {
    let written = 0;
    let finished = false;
    await before((_req, res) => {
      const chunk = Buffer.alloc(64 * 1024);
      const write = (): void => {
        while (written < 64 * 1024 * 1024) {
          written += chunk.length;
          if (!res.write(chunk)) return void res.once('drain', write);
        }
        finished = true;
        res.end();
      };
      write();
    });
    const connection = await openRawConnection(running.port);
    connection.socket.write('GET /s HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(() => connection.received().length > 0);
    connection.socket.pause();
    let seen = -1;
    await eventually(
      () => {
        const still = written === seen;
        seen = written;
        return still;
      },
      { everyMs: 100 },
    );
    expect(finished).toBe(false);
    expect(written).toBeLessThan(32 * 1024 * 1024);
    connection.socket.destroy();
  });

  it('makes a fast caller wait for a slow instance', async () => {
    const upstream = await before((req) => req.pause());
    const request = send({ method: 'POST' });
    request.on('error', () => undefined);
    let accepted = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const write = (): void => {
      while (accepted < 64 * 1024 * 1024) {
        accepted += chunk.length;
        if (!request.write(chunk)) return void request.once('drain', write);
      }
    };
    write();
    await eventually(() => upstream.requests.length === 1);
    let seen = -1;
    await eventually(
      () => {
        const still = accepted === seen;
        seen = accepted;
        return still;
      },
      { everyMs: 100 },
    );
    expect(accepted).toBeLessThan(32 * 1024 * 1024);
    request.destroy();
  });

  it('sends the head of an event stream before its first event, and each event as it comes', async () => {
    let emit = (_text: string): void => undefined;
    await before((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.flushHeaders();
      emit = (text) => void res.write(text);
    });
    const response = await answerTo(send({}).end());
    expect(response.headers['content-type']).toBe('text/event-stream');
    const events: string[] = [];
    response.on('data', (bytes: Buffer) => events.push(bytes.toString()));
    response.on('error', () => undefined);
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      emit(event);
      await eventually(() => events.at(-1) === event);
    }
    response.destroy();
  });

  it('lets an event stream go on for longer than the idle time, as long as something comes', async () => {
    let sent = 0;
    await before((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const events = setInterval(() => {
        res.write(`data: ${(sent += 1)}\n\n`);
        if (sent < 12) return;
        clearInterval(events);
        res.end();
      }, IDLE_MS / 4);
    });
    // Twelve times a quarter are three times the idle time.
    expect((await (await fetch(`${running.url}/s`)).text()).split('\n\n').length).toBe(13);
  });

  it('cuts an answer that has stopped coming', async () => {
    await before((_req, res) => {
      res.writeHead(200);
      res.write('x');
    });
    const response = await fetch(`${running.url}/s`);
    await expect(response.text()).rejects.toThrow();
  });

  it('answers 408 to a body that has stopped coming', async () => {
    await before((req) => req.resume());
    const request = send({ method: 'POST', headers: { 'Content-Length': '10' } });
    request.on('error', () => undefined);
    request.write('half');
    const response = await answerTo(request);
    expect(response.statusCode).toBe(408);
    response.resume();
    request.destroy();
  });

  it('carries 32 MiB up and down unchanged', async () => {
    // On a busy machine neither side is sure to move within 400 ms: another gateway, for this last one.
    await running.stop();
    running = await startGateway({});
    await before((req, res) => {
      res.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      req.pipe(res);
    });
    const chunk = randomBytes(1024 * 1024);
    const sent = createHash('sha256');
    const received = createHash('sha256');
    const request = send({ method: 'POST' });
    const answering = answerTo(request);
    let response: IncomingMessage | undefined;
    void answering.then((got) => {
      response = got;
      got.on('data', (bytes: Buffer) => received.update(bytes));
    });
    for (let count = 0; count < 32; count += 1) {
      sent.update(chunk);
      if (!request.write(chunk)) await new Promise((resolve) => request.once('drain', resolve));
    }
    request.end();
    await answering;
    await new Promise((resolve) => response?.once('end', resolve));
    expect(received.digest('hex')).toBe(sent.digest('hex'));
  });
});
