import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskedQuestion, GatewaysResponse, GatewayState } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { createRecordingLogger } from './doubles/recording-logger';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';
import type { SseStream } from './sse-stream';

const READER = 'reader-token-of-a-spec';
const GATEWAY = 'gateway-token-of-a-spec';
const TEAM = 'product-token-of-a-spec';
const ADMIN = 'admin-token-of-a-spec';

const gateway = (id: string) => ({
  service_name: 'gateway',
  url: `http://10.0.0.1:${8000 + id.length}`,
  instance_id: id,
});
const STATE: GatewayState = {
  version: '1.2.3',
  node: 'v20',
  synced: true,
  routes_digest: 'abc',
  routes: 3,
  refused_routes: 0,
  upstreams: 2,
  in_flight: 0,
  ejected: [],
};

let folder: string;
let registry: RunningRegistry;
let log: ReturnType<typeof createRecordingLogger>;
const streams: SseStream[] = [];

const write = (scopesOfGateway: readonly string[]) =>
  writeFile(
    join(folder, 'tokens.json'),
    JSON.stringify({
      tokens: [
        { name: 'reader', token: READER, scopes: ['read'] },
        { name: 'edge', token: GATEWAY, scopes: scopesOfGateway },
        { name: 'team', token: TEAM, scopes: ['write:product', 'read'] },
        { name: 'ops', token: ADMIN, scopes: ['admin', 'read'] },
      ],
    }),
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-questions-'));
  await write(['write:gateway', 'read']);
  log = createRecordingLogger();
  registry = await startRegistry({ REGISTRY_TOKENS_FILE: join(folder, 'tokens.json') }, log);
  for (const id of ['gw-1', 'gw-22']) await call(GATEWAY, 'POST', '/register', gateway(id));
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await registry.stop();
  await rm(folder, { recursive: true });
});

function call<T = { code?: string; detail?: string }>(
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<Answer<T>> {
  return registry.call<T>(method, path, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A gateway that answers by hand. */
async function connect(id: string, answers = 'read', token = GATEWAY) {
  const stream = await registry.stream(`/instances/${id}/questions?answers=${answers}`, { token });
  streams.push(stream);
  if (stream.status === 200) await stream.take(1);
  return {
    stream,
    async asked(): Promise<AskedQuestion> {
      const [question] = await stream.take(1);
      return question?.data as AskedQuestion;
    },
  };
}
const answer = (id: string, body: object, { token = GATEWAY, status = 200 } = {}) =>
  call(token, 'POST', `/answers/${id}`, { status, body });
/** Its answer, once the clock has gone on for as long as anybody waits. */
async function inTime<T>(answered: Promise<T>): Promise<T> {
  let isOver = false;
  void answered.finally(() => (isOver = true));
  await eventually(async () => {
    await registry.clock.advance(1000);
    return isOver;
  });
  return answered;
}

describe('a gateway that holds a stream open for questions', () => {
  it('is asked what somebody wants to know of it, and its answer is passed on as it is', async () => {
    const gw = await connect('gw-1');
    for (const [path, question] of [
      ['routes', { kind: 'routes' }],
      ['upstreams', { kind: 'upstreams' }],
      ['config', { kind: 'config' }],
      [
        'explain?path=/shop&host=Shop.example',
        { kind: 'explain', path: '/shop', method: 'GET', host: 'shop.example' },
      ],
    ] as const) {
      const answered = call(READER, 'GET', `/gateways/gw-1/${path}`);
      const { id, ...asked } = await gw.asked();
      expect(asked).toEqual(question);
      expect((await answer(id, { of: path })).status).toBe(204);
      expect(await answered).toMatchObject({ status: 200, body: { of: path } });
    }
  });

  it('is passed on with its refusals too', async () => {
    const gw = await connect('gw-1');
    const answered = call(READER, 'GET', '/gateways/gw-1/routes');
    await answer((await gw.asked()).id, { code: 'NO_WORKER' }, { status: 503 });
    expect(await answered).toMatchObject({ status: 503, body: { code: 'NO_WORKER' } });
  });

  it('is listed with what it says of itself, or why it has not said anything', async () => {
    const [first] = [await connect('gw-1', 'on'), await connect('gw-22')];
    const answered = call<GatewaysResponse>(READER, 'GET', '/gateways');
    await answer((await first.asked()).id, STATE);
    const { body } = await inTime(answered);
    const shared = { service_name: 'gateway', actor: 'edge', connected_since: expect.any(Number) };
    expect(body.gateways).toEqual([
      { ...shared, instance_id: 'gw-1', answers: 'on', state: STATE, fault: null },
      {
        ...shared,
        instance_id: 'gw-22',
        answers: 'read',
        state: null,
        fault: 'Gateway gw-22 did not answer within 1 s.',
      },
    ]);
  });

  it('is not waited for for longer than a second, nor beyond the end of its stream', async () => {
    const gw = await connect('gw-1');
    const silent = call(READER, 'GET', '/gateways/gw-1/routes');
    const { id } = await gw.asked();
    expect(await inTime(silent)).toMatchObject({ status: 504, body: { code: 'GATEWAY_SILENT' } });
    expect(await answer(id, {})).toMatchObject({ status: 404, body: { code: 'QUESTION_UNKNOWN' } });

    const cut = call(READER, 'GET', '/gateways/gw-1/routes');
    await gw.asked();
    gw.stream.close();
    expect(await cut).toMatchObject({ status: 504, body: { code: 'GATEWAY_SILENT' } });
    expect(await call(READER, 'GET', '/gateways/gw-1/routes')).toMatchObject({
      status: 404,
      body: { code: 'GATEWAY_NOT_FOUND' },
    });
  });

  it('has one stream: a newer one takes the place of the older one', async () => {
    const older = await connect('gw-1');
    const newer = await connect('gw-1');
    await older.stream.ended;
    const answered = call(READER, 'GET', '/gateways/gw-1/config');
    await answer((await newer.asked()).id, { a: 1 });
    expect((await answered).status).toBe(200);
  });

  it('loses it with its token, and when the registry ends', async () => {
    const gw = await connect('gw-1');
    await write(['read']);
    await registry.clock.advance(5000);
    await gw.stream.ended;
    expect((await connect('gw-1')).stream.status).toBe(403);

    await write(['write:gateway']);
    await registry.clock.advance(5000);
    const again = await connect('gw-1');
    await registry.stop();
    await again.stream.ended;
  });
});

describe('who may', () => {
  it('hold such a stream: bearers that may write the gateway’s service, while it is listed', async () => {
    expect((await connect('gw-1', 'read', TEAM)).stream.status).toBe(403);
    expect((await connect('gw-1', 'read', READER)).stream.status).toBe(403);
    expect((await connect('gw-none')).stream.status).toBe(404);
    expect((await connect('gw-1', 'everything')).stream.status).toBe(400);
  });

  it('answer: whoever was asked, with a token of its service; the question stays open for it', async () => {
    const gw = await connect('gw-1');
    const answered = call(READER, 'GET', '/gateways/gw-1/routes');
    const { id } = await gw.asked();
    // Another service's instance that has come by the id, and one that guesses.
    expect((await answer(id, { forged: true }, { token: TEAM })).status).toBe(403);
    expect((await answer(id, { forged: true }, { token: READER })).status).toBe(403);
    expect((await answer('00000000-0000-4000-8000-000000000000', {})).status).toBe(404);
    expect((await answer(id, { forged: false })).status).toBe(204);
    expect((await answered).body).toEqual({ forged: false });
    expect((await answer(id, { forged: true })).status).toBe(404);
  });

  it('act: bearers of `admin`, at gateways that let it; who and why is written down', async () => {
    const order = { reason: 'disk full', for_ms: 5000 };
    const eject = (token: string, id = 'gw-1') =>
      call(token, 'POST', `/gateways/${id}/upstreams/p-1/eject`, order);
    const [gw] = [await connect('gw-1', 'on'), await connect('gw-22')];
    expect((await eject(READER)).status).toBe(403);
    expect((await eject(TEAM)).status).toBe(403);
    expect(await eject(ADMIN, 'gw-22')).toMatchObject({
      status: 409,
      body: { code: 'QUESTION_NOT_ANSWERED' },
    });
    expect((await call(ADMIN, 'POST', '/gateways/gw-1/upstreams/p-1/eject', {})).status).toBe(400);

    const answered = eject(ADMIN);
    const { id, ...asked } = await gw.asked();
    expect(asked).toEqual({ kind: 'eject', instance: 'p-1', by: 'ops', ...order });
    await answer(id, { instance_id: 'p-1' });
    expect((await answered).status).toBe(200);
    expect(log.lines.filter(({ event }) => event === 'gateway_told')).toMatchObject([
      { gateway: 'gw-1', instance_id: 'p-1', order: 'eject', actor: 'ops', reason: 'disk full', status: 200 },
    ]);

    const restored = call(ADMIN, 'POST', '/gateways/gw-1/upstreams/p-1/restore', {});
    const again = await gw.asked();
    expect(again).toMatchObject({ kind: 'restore', instance: 'p-1', by: 'ops' });
    await answer(again.id, { code: 'UPSTREAM_NOT_FOUND' }, { status: 404 });
    expect(await restored).toMatchObject({ status: 404, body: { code: 'UPSTREAM_NOT_FOUND' } });
  });
});

describe('questions that nobody answers', () => {
  it('are so many at most: whoever asks one more is told at once', async () => {
    await connect('gw-1');
    const statuses: number[] = [];
    const asked = Array.from({ length: 205 }, async () => {
      statuses.push((await call(READER, 'GET', '/gateways/gw-1/routes')).status);
    });
    // Nobody's time is over: the clock stands still.
    await eventually(() => statuses.length === 5);
    expect(new Set(statuses)).toEqual(new Set([429]));
    await inTime(Promise.all(asked));
    expect(statuses.slice(5)).toEqual(Array.from({ length: 200 }, () => 504));
  });
});
