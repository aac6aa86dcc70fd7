import type { GatewaysResponse, GatewayState } from '@rollcall/contracts';
import { startAskingRegistry, TOKENS, type AskingRegistry } from './asking-registry';

const { reader: READER, team: TEAM, ops: ADMIN } = TOKENS;
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

let asking: AskingRegistry;

beforeEach(async () => {
  asking = await startAskingRegistry();
});
afterEach(() => asking.stop());

describe('a gateway that holds a stream open for questions', () => {
  it('is asked what somebody wants to know of it, and its answer is passed on as it is', async () => {
    const gw = await asking.connect('gw-1');
    for (const [path, question] of [
      ['routes', { kind: 'routes' }],
      ['upstreams', { kind: 'upstreams' }],
      ['config', { kind: 'config' }],
      [
        'explain?path=/shop&host=Shop.example',
        { kind: 'explain', path: '/shop', method: 'GET', host: 'shop.example' },
      ],
    ] as const) {
      const answered = asking.call(READER, 'GET', `/gateways/gw-1/${path}`);
      const { id, ...asked } = await gw.asked();
      expect(asked).toEqual(question);
      expect((await asking.answer(id, { of: path })).status).toBe(204);
      expect(await answered).toMatchObject({ status: 200, body: { of: path } });
    }
  });

  it('is passed on with its refusals too', async () => {
    const gw = await asking.connect('gw-1');
    const answered = asking.call(READER, 'GET', '/gateways/gw-1/routes');
    await asking.answer((await gw.asked()).id, { code: 'NO_WORKER' }, { status: 503 });
    expect(await answered).toMatchObject({ status: 503, body: { code: 'NO_WORKER' } });
  });

  it('is listed with what it says of itself, or why it has not said anything', async () => {
    const [first] = [await asking.connect('gw-1', 'on'), await asking.connect('gw-22')];
    const answered = asking.call<GatewaysResponse>(READER, 'GET', '/gateways');
    await asking.answer((await first.asked()).id, STATE);
    const { body } = await asking.inTime(answered);
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
    const gw = await asking.connect('gw-1');
    const silent = asking.call(READER, 'GET', '/gateways/gw-1/routes');
    const { id } = await gw.asked();
    expect(await asking.inTime(silent)).toMatchObject({
      status: 504,
      body: { code: 'GATEWAY_SILENT', detail: 'Gateway gw-1 did not answer within 1 s. Ask again.' },
    });
    expect(await asking.answer(id, {})).toMatchObject({ status: 404, body: { code: 'QUESTION_UNKNOWN' } });

    const cut = asking.call(READER, 'GET', '/gateways/gw-1/routes');
    await gw.asked();
    gw.stream.close();
    expect(await cut).toMatchObject({ status: 504, body: { code: 'GATEWAY_SILENT' } });
    expect(await asking.call(READER, 'GET', '/gateways/gw-1/routes')).toMatchObject({
      status: 404,
      body: { code: 'GATEWAY_NOT_FOUND' },
    });
    // The registry has done nothing wrong.
    expect(asking.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('has one stream: a newer one takes the place of the older one', async () => {
    const older = await asking.connect('gw-1');
    const newer = await asking.connect('gw-1');
    await older.stream.ended;
    const answered = asking.call(READER, 'GET', '/gateways/gw-1/config');
    await asking.answer((await newer.asked()).id, { a: 1 });
    expect((await answered).status).toBe(200);
  });

  it('loses it with its token, and when the registry ends', async () => {
    const gw = await asking.connect('gw-1');
    await asking.grantEdge(['read']);
    await gw.stream.ended;
    expect((await asking.connect('gw-1')).stream.status).toBe(403);

    await asking.grantEdge(['write:gateway']);
    const again = await asking.connect('gw-1');
    await asking.registry.stop();
    await again.stream.ended;
  });
});

describe('who may', () => {
  it('hold such a stream: bearers that may write the gateway’s service, while it is listed', async () => {
    expect((await asking.connect('gw-1', 'read', TEAM)).stream.status).toBe(403);
    expect((await asking.connect('gw-1', 'read', READER)).stream.status).toBe(403);
    expect((await asking.connect('gw-none')).stream.status).toBe(404);
    expect((await asking.connect('gw-1', 'everything')).stream.status).toBe(400);
  });

  it('answer: whoever was asked, with a token of its service; the question stays open for it', async () => {
    const gw = await asking.connect('gw-1');
    const answered = asking.call(READER, 'GET', '/gateways/gw-1/routes');
    const { id } = await gw.asked();
    // Another service's instance that has come by the id, and one that guesses.
    expect((await asking.answer(id, { forged: true }, { token: TEAM })).status).toBe(403);
    expect((await asking.answer(id, { forged: true }, { token: READER })).status).toBe(403);
    expect((await asking.answer('00000000-0000-4000-8000-000000000000', {})).status).toBe(404);
    expect((await asking.answer(id, { forged: false })).status).toBe(204);
    expect((await answered).body).toEqual({ forged: false });
    expect((await asking.answer(id, { forged: true })).status).toBe(404);
  });

  it('act: bearers of `admin`, at gateways that let it; who and why is written down', async () => {
    const order = { reason: 'disk full', for_ms: 5000 };
    const eject = (token: string, id = 'gw-1') =>
      asking.call(token, 'POST', `/gateways/${id}/upstreams/p-1/eject`, order);
    const [gw] = [await asking.connect('gw-1', 'on'), await asking.connect('gw-22')];
    expect((await eject(READER)).status).toBe(403);
    expect((await eject(TEAM)).status).toBe(403);
    expect(await eject(ADMIN, 'gw-22')).toMatchObject({
      status: 409,
      body: { code: 'QUESTION_NOT_ANSWERED' },
    });
    expect((await asking.call(ADMIN, 'POST', '/gateways/gw-1/upstreams/p-1/eject', {})).status).toBe(400);

    const answered = eject(ADMIN);
    const { id, ...asked } = await gw.asked();
    expect(asked).toEqual({ kind: 'eject', instance: 'p-1', by: 'ops', ...order });
    await asking.answer(id, { instance_id: 'p-1' });
    expect((await answered).status).toBe(200);
    expect(asking.log.lines.filter(({ event }) => event === 'gateway_told')).toMatchObject([
      { gateway: 'gw-1', instance_id: 'p-1', order: 'eject', actor: 'ops', reason: 'disk full', status: 200 },
    ]);

    const restored = asking.call(ADMIN, 'POST', '/gateways/gw-1/upstreams/p-1/restore', {
      service_name: 'product',
    });
    const again = await gw.asked();
    expect(again).toMatchObject({ kind: 'restore', instance: 'p-1', service_name: 'product', by: 'ops' });
    await asking.answer(again.id, { code: 'UPSTREAM_NOT_FOUND' }, { status: 404 });
    expect(await restored).toMatchObject({ status: 404, body: { code: 'UPSTREAM_NOT_FOUND' } });
  });
});
