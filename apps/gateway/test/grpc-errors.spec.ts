import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, eventually, timeScale } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startH2cUpstream, type RunningH2cUpstream } from './support/start-h2c-upstream';
import { startUpstream } from './support/start-upstream';

/** Too short for who never answers, and enough for the others on a busy machine. */
const SHORT_MS = 150 * timeScale;

const ROUTES = `version: 1
routes:
  - { path_prefix: /keyed, service: calls, api_key: {} }
  - { path_prefix: /limited, service: calls, rate_limit: { requests: 1, per_seconds: 3600 } }
  - { path_prefix: /small, service: calls, body_limit_bytes: 3 }
  - { path_prefix: /busy, service: calls, max_in_flight: 1 }
  - { path_prefix: /brief, service: calls, timeouts: { headers_ms: ${SHORT_MS} } }
  - { path_prefix: /told, service: plain, protocol: h2c }
  - { path_prefix: /nobody, service: nobody }
api_keys: [{ name: shop, sha256: ${'a'.repeat(64)} }]
`;

describe('a gRPC call', () => {
  let folder: string;
  let running: RunningGateway;
  let calls: RunningH2cUpstream;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-grpc-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    running = await startGateway({
      ROUTES_FILE: file,
      HEADERS_TIMEOUT_MS: String(SHORT_MS),
      IDLE_TIMEOUT_MS: String(SHORT_MS),
      HOLD_TIMEOUT_MS: '50',
      ACCESS_LOG_RATIO: '1',
      MAX_ANSWER_HEAD_BYTES: '16384',
    });
    calls = await startH2cUpstream((stream, fields) => {
      stream.resume();
      const path = String(fields[':path']);
      if (path.endsWith('/never')) return;
      if (path.endsWith('/busy'))
        return void stream.respond({ ':status': 200, 'grpc-status': '14' }, { endStream: true });
      if (path.endsWith('/late')) {
        // Longer than HEADERS_TIMEOUT_MS.
        return void setTimeout(
          () => stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true }),
          3 * SHORT_MS,
        );
      }
      if (path.endsWith('/bad')) return void stream.respond({ ':status': 200, 'x-long': 'a'.repeat(20_000) });
      stream.respond(
        { ':status': 200, 'x-timeout': fields['grpc-timeout'] ?? 'none', 'x-te': fields.te },
        { waitForTrailers: true },
      );
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '5', 'x-detail': 'd' }));
      stream.end('message');
    });
    stops.push(() => calls.stop());
    const list = (service_name: string, url: string, more: object = {}) =>
      running.registry.list({ service_name, url, routes: [{ path_prefix: `/${service_name}` }], ...more });
    list('calls', calls.url, { protocol: 'h2c' });
    const plain = await startUpstream((_req, res) => res.end('never asked'));
    stops.push(() => plain.stop());
    list('plain', plain.url);
    list('closed', `http://127.0.0.1:${await closedPort()}`, { protocol: 'h2c' });
    await eventually(async () => (await running.upstreamCount()) === 3);
  });
  afterAll(async () => {
    await running.stop();
    for (const stop of stops) await stop();
    await rm(folder, { recursive: true });
  });

  interface Answer {
    readonly status: number | undefined;
    readonly headers: IncomingMessage['headers'];
    readonly trailers: IncomingMessage['trailers'];
    readonly body: string;
  }
  function call(path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const fields = { 'Content-Type': 'application/grpc+proto', 'Transfer-Encoding': 'chunked', ...headers };
      const req = httpRequest(
        running.url + path,
        { method: 'POST', headers: fields, agent: false },
        (message) => {
          let body = '';
          message.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
          message.once('end', () =>
            resolve({
              status: message.statusCode,
              headers: message.headers,
              trailers: message.trailers,
              body,
            }),
          );
          message.once('error', reject);
        },
      );
      req.once('error', reject).end('call');
    });
  }
  const logged = (path: string) => running.logged.find((line) => line['path'] === path);

  it('reaches the instance with its trailers, and its status is logged and counted', async () => {
    const { status, body, trailers, headers } = await call('/calls/get');
    expect([status, body, trailers['grpc-status'], trailers['x-detail']]).toEqual([200, 'message', '5', 'd']);
    expect([headers['x-te'], headers['x-timeout']]).toEqual(['trailers', 'none']);
    expect(await eventually(() => logged('/calls/get'))).toMatchObject({ status: 200, grpc_status: 5 });
    const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(
      /rollcall_gateway_grpc_answers_total\{.*http_route="\/calls".*grpc_status="5".*\} 1|rollcall_gateway_grpc_answers_total\{.*grpc_status="5".*http_route="\/calls".*\} 1/,
    );
  });

  it.each<[string, string, number, string]>([
    ['of a path without a route', '/unknown', 12, 'NO_ROUTE'],
    ['without a key', '/keyed/get', 16, 'API_KEY_REQUIRED'],
    ['longer than its route takes', '/small/get', 8, 'BODY_TOO_LARGE'],
    ['to a service without instances', '/nobody/get', 14, 'NO_INSTANCE'],
    ['to an instance that refuses connections', '/closed/get', 14, 'UPSTREAM_REFUSED'],
    ['to an instance that speaks HTTP/1.1', '/plain/get', 12, 'UPSTREAM_WITHOUT_HTTP2'],
    ['to an instance that does not speak what its route says', '/told/get', 14, 'UPSTREAM_UNREACHABLE'],
    ['that is answered with more than is taken', '/calls/bad', 13, 'UPSTREAM_BAD_RESPONSE'],
    ['that is not answered within the time of its route', '/brief/never', 14, 'UPSTREAM_TIMEOUT'],
  ])('%s gets a status of gRPC and no body', async (_, path, status, code) => {
    const answer = await call(path);
    expect(answer).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-type': 'application/grpc+proto', 'grpc-status': String(status) },
    });
    expect(answer.headers['grpc-message']).not.toBe('');
    expect(answer.headers['x-request-id']).toMatch(/./);
    expect(await eventually(() => logged(path))).toMatchObject({ grpc_status: status, code });
  });

  it('of gRPC-Web has its errors in the head too, and needs no HTTP/2', async () => {
    const type = { 'Content-Type': 'application/grpc-web+proto' };
    expect((await call('/unknown', type)).headers).toMatchObject({
      'content-type': 'application/grpc-web+proto',
      'grpc-status': '12',
    });
    expect((await call('/plain/get', type)).body).toBe('never asked');
  });

  it('over its rate is told when to try again', async () => {
    await call('/limited/get');
    const { headers } = await call('/limited/get');
    expect(headers['grpc-status']).toBe('8');
    expect(Number(headers['grpc-retry-pushback-ms'])).toBeGreaterThan(1000);
  });

  it('may be answered later than HEADERS_TIMEOUT_MS, as streams are', async () => {
    expect((await call('/calls/late')).headers['grpc-status']).toBe('0');
  });

  it('ends with its own deadline, which its instance is told of, and which is no fault of the instance', async () => {
    const before = calls.requests.length;
    const { headers } = await call('/calls/never', { 'grpc-timeout': `${SHORT_MS}m` });
    expect(headers['grpc-status']).toBe('4');
    const asked = calls.requests[before];
    await eventually(() => asked?.stream.rstCode === 8);
    expect(asked?.fields['grpc-timeout']).toMatch(/^\d{1,4}m$/);
    expect((await call('/calls/get', { 'grpc-timeout': '1H' })).headers['x-timeout']).toMatch(
      /^35\d{5}m$|^3600000m$/,
    );
  });

  it('is answered with 14 before any message by an instance that is ejected for it, as for 503', async () => {
    const well = await startH2cUpstream((stream) =>
      stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true }),
    );
    stops.push(() => well.stop());
    for (const url of [calls.url, well.url])
      running.registry.list({
        service_name: 'pair',
        url: `${url}/pair`,
        protocol: 'h2c',
        routes: [{ path_prefix: '/pair' }],
      });
    await eventually(async () => (await running.upstreamCount()) === 5);
    await eventually(async () => {
      await call('/pair/busy');
      return running.logged.some(
        (line) => line['event'] === 'upstream_ejected' && line['url'] === `${calls.url}/pair`,
      );
    });
  });
});
