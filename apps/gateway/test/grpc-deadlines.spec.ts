import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startH2cUpstream, type RunningH2cUpstream } from './support/start-h2c-upstream';

/** How long a call is held at least, before an instance comes for it. */
const HELD_MS = 50;

describe('the deadline of a gRPC call that is held', () => {
  let running: RunningGateway;
  let calls: RunningH2cUpstream;
  let client: ClientHttp2Session;
  const timeouts: unknown[] = [];

  beforeAll(async () => {
    calls = await startH2cUpstream((stream, fields) => {
      timeouts.push(fields['grpc-timeout']);
      stream.resume();
      stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true });
    });
    running = await startGateway({ HOLD_TIMEOUT_MS: '600000', ACCESS_LOG_RATIO: '1' });
    client = connect(running.url);
  });
  beforeEach(async () => {
    const first = listed();
    await eventually(async () => (await running.upstreamCount()) === 1);
    running.registry.forget(first.instance_id);
    await eventually(async () => (await running.upstreamCount()) === 0);
    timeouts.length = 0;
  });
  afterAll(async () => {
    client.destroy();
    await running.stop();
    await calls.stop();
  });

  const listed = () =>
    running.registry.list({
      service_name: 'calls',
      url: calls.url,
      protocol: 'h2c',
      routes: [{ path_prefix: '/calls' }],
    });

  function call(timeout: string): Promise<IncomingHttpHeaders> {
    return new Promise((resolve, reject) => {
      const stream = client.request({
        ':method': 'POST',
        ':path': '/calls/one',
        te: 'trailers',
        'content-type': 'application/grpc',
        'grpc-timeout': timeout,
      });
      stream.once('response', resolve).once('error', reject);
      stream.resume().end('call');
    });
  }

  async function whenHeld(count: number): Promise<void> {
    await eventually(async () => {
      const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
      return new RegExp(`held_requests\\{.*\\} ${count}\\n`).test(metrics);
    });
  }

  it('ends it, and its place among those that are held', async () => {
    expect((await call('200m'))['grpc-status']).toBe('4');
    await whenHeld(0);
    const line = await eventually(() => running.logged.find(({ path }) => path === '/calls/one'));
    expect(line).toMatchObject({ upstream_service: 'calls', code: 'DEADLINE_EXCEEDED' });
  });

  it('has run meanwhile: its instance gets what is left', async () => {
    const begunAt = performance.now();
    const answer = call('60S');
    await whenHeld(1);
    await eventually(() => performance.now() - begunAt > 2 * HELD_MS);
    listed();
    expect((await answer)['grpc-status']).toBe('0');
    const [timeout] = timeouts;
    expect(timeout).toMatch(/^\d+m$/);
    expect(Number.parseInt(String(timeout))).toBeLessThanOrEqual(60_000 - HELD_MS);
  });
});
