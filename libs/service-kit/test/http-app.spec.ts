import { randomUUID } from 'node:crypto';
import Joi from 'joi';
import {
  AppError,
  createHealth,
  createHttpApp,
  createHttpServer,
  createLogger,
  createMetrics,
  currentContext,
  jsonBody,
  validate,
  type HttpServer,
} from '../src/index';

const orderBody = jsonBody(
  Joi.object<{ quantity: number; note?: string }>({ quantity: Joi.number().required(), note: Joi.string() }),
);
const stored: unknown[] = [];
const health = createHealth();
const metrics = createMetrics({ service: 'spec', processMetrics: false });
let identity: string | undefined;
let server: HttpServer;
let base: string;

beforeAll(async () => {
  const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
  logger.silent = true;
  const handler = createHttpApp({
    logger,
    metrics,
    health,
    identity: () => identity,
    mount(app) {
      app.post('/orders', orderBody.pass, (req, res) => {
        stored.push(orderBody.of(req));
        res.status(201).json(orderBody.of(req));
      });
      app.get('/orders/:id', (req, res) => res.json({ id: req.params['id'] }));
      app.get(['/', '/greeting', '/greetings/:name'], (_req, res) => res.json({}));
      app.get('/page', (req, res) =>
        res.json(validate(Joi.object({ limit: Joi.number(), cursor: Joi.string() }), req.query, 'query')),
      );
      app.get('/context', (_req, res) =>
        res.json({ id: currentContext()?.requestId, trace: currentContext()?.trace.traceId }),
      );
      app.get('/broken', () => Promise.reject(new Error('the password is hunter2')));
      app.get('/away', () => {
        throw new AppError({
          code: 'AWAY',
          status: 503,
          message: 'The database is away.',
          expose: true,
          headers: { 'Retry-After': '1' },
        });
      });
    },
  });
  server = createHttpServer({ handler, host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(await server.start()).port}`;
});

afterAll(() => server.stop());

const post = (body: string | Uint8Array, type = 'application/json') =>
  fetch(`${base}/orders`, { method: 'POST', body, headers: { 'content-type': type } });

async function problem(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return (await response.json()) as Record<string, unknown>;
}

describe('bad input', () => {
  it('answers 400 with every fault, and hands nothing to the route', async () => {
    const response = await post('{"quantity": "many", "nota": 1}');
    expect(response.status).toBe(400);
    expect(await problem(response)).toMatchObject({
      code: 'VALIDATION_FAILED',
      status: 400,
      faults: [{ path: 'quantity' }, { path: 'nota' }],
    });
    expect(stored).toEqual([]);
  });

  it.each([
    ['malformed JSON', '{"quantity": ', 'application/json', 400, 'MALFORMED_JSON'],
    ['no body', '', 'application/json', 400, 'VALIDATION_FAILED'],
    ['a bare value', '3', 'application/json', 400, 'MALFORMED_JSON'],
    ['a body over the limit', `{"note": "${'x'.repeat(70_000)}"}`, 'application/json', 413, 'BODY_TOO_LARGE'],
    ['another media type', 'quantity=1', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'another character set',
      '{"quantity":1}',
      'application/json; charset=latin1',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  ])('refuses %s', async (_what, body, type, status, code) => {
    const response = await post(body, type);
    expect(response.status).toBe(status);
    expect(await problem(response)).toMatchObject({ code, status });
  });

  it('takes JSON by any of its names', async () => {
    expect((await post('{"quantity": 1}', 'application/merge-patch+json; charset=utf-8')).status).toBe(201);
  });

  it('answers 400 for a faulty query', async () => {
    expect((await fetch(`${base}/page?limit=x&cursor=`)).status).toBe(400);
  });

  it('answers 404 for an unknown path and 400 for one that cannot be decoded', async () => {
    expect(await problem(await fetch(`${base}/nowhere`))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await problem(await fetch(`${base}/orders/%ff`))).toMatchObject({ status: 400 });
  });

  it.each([
    ['DELETE', '/orders', 'POST'],
    ['POST', '/orders/1', 'GET, HEAD'],
    ['PUT', '/livez', 'GET, HEAD'],
  ])('answers 405 to %s %s with Allow', async (method, path, allow) => {
    const response = await fetch(base + path, { method });
    expect(response.headers.get('allow')).toBe(allow);
    expect(await problem(response)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  });
});

describe('failures', () => {
  it('keeps an unforeseen error’s message inside and gives the request id to ask about', async () => {
    const response = await fetch(`${base}/broken`);
    const body = await problem(response);
    expect(body).toMatchObject({
      status: 500,
      code: 'INTERNAL_ERROR',
      request_id: response.headers.get('x-request-id'),
    });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('sends the headers of an expected one', async () => {
    const response = await fetch(`${base}/away`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('context', () => {
  it('follows the caller’s request id and trace', async () => {
    const id = randomUUID();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { 'x-request-id': id, traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const response = await fetch(`${base}/context`, { headers });
    expect(await response.json()).toEqual({ id, trace: traceId });
    expect(response.headers.get('x-request-id')).toBe(id);
  });
});

describe('health and metrics', () => {
  it('is alive before it is ready, and says what is missing', async () => {
    expect((await fetch(`${base}/livez`)).status).toBe(200);
    const before = await fetch(`${base}/readyz`);
    expect([before.status, await before.text()]).toEqual([503, '[-]lifecycle starting\n']);
    health.started();
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    expect((await fetch(`${base}/startupz`)).status).toBe(200);
    const report = await fetch(`${base}/health`);
    expect(report.headers.get('content-type')).toMatch(/^application\/health\+json/);
    expect(await report.json()).toEqual({ status: 'pass', checks: { lifecycle: [{ status: 'pass' }] } });
  });

  it('names the instance that answers once it is registered', async () => {
    expect((await fetch(`${base}/livez`)).headers.get('rollcall-instance')).toBeNull();
    identity = 'p-1/7';
    expect((await fetch(`${base}/livez`)).headers.get('rollcall-instance')).toBe('p-1/7');
  });

  it('counts by route template, so that ids do not multiply the series', async () => {
    await fetch(`${base}/orders/1`);
    await fetch(`${base}/orders/2`);
    const text = await (await fetch(`${base}/metrics`)).text();
    const counted = text
      .split('\n')
      .filter((line) => line.includes('_count{') && line.includes('/orders/:id'));
    expect(counted).toHaveLength(1);
    expect(counted[0]).toMatch(/http_request_method="GET".*http_response_status_code="200".*\} 2$/);
    expect(text).not.toContain('/orders/1');
  });

  it.each([
    ['/greeting', '/greeting'],
    ['/greetings/ada', '/,/greeting,/greetings/:name'],
    ['/nowhere', 'unmatched'],
  ])('counts %s as %s, where a route has several paths', async (path, route) => {
    await fetch(base + path);
    expect(await (await fetch(`${base}/metrics`)).text()).toContain(`http_route="${route}"`);
  });
});
