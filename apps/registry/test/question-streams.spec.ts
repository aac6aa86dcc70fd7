import type { GatewaysResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { gatewayOf, startAskingRegistry, TOKENS, type AskingRegistry } from './asking-registry';

const ORDER = { reason: 'disk full' };

let asking: AskingRegistry;
afterEach(() => asking.stop());

const register = async (token: string, registration: object): Promise<number> =>
  (await asking.call<{ epoch: number }>(token, 'POST', '/register', registration)).body.epoch;
const listed = async () =>
  (await asking.inTime(asking.call<GatewaysResponse>(TOKENS.reader, 'GET', '/gateways'))).body.gateways.map(
    ({ service_name, instance_id }) => `${service_name}/${instance_id}`,
  );

describe('a bearer who may write another service, with an instance of a gateway’s id', () => {
  beforeEach(async () => {
    asking = await startAskingRegistry();
    await register(TOKENS.team, gatewayOf('product', 'gw-1'));
  });

  it('takes nothing from the gateway: each has a stream of its own', async () => {
    const gateway = await asking.connect('gw-1', 'on');
    const other = await asking.connect('gw-1', 'on', TOKENS.team);
    expect([gateway.stream.status, other.stream.status]).toEqual([200, 200]);
    expect(await listed()).toEqual(['gateway/gw-1', 'product/gw-1']);
    for (const one of [gateway, other]) await one.asked();

    const ejected = asking.call(
      TOKENS.ops,
      'POST',
      '/gateways/gw-1/upstreams/p-1/eject?service=gateway',
      ORDER,
    );
    const { id, ...asked } = await gateway.asked();
    expect(asked).toMatchObject({ kind: 'eject', by: 'ops', ...ORDER });
    await asking.answer(id, { instance_id: 'p-1' });
    expect((await ejected).status).toBe(200);
    expect(other.stream.waiting).toBe(0);
    expect(asking.log.linesOf('gateway_told')).toMatchObject([{ gateway: 'gw-1', service_name: 'gateway' }]);
  });

  it.each([
    ['GET', 'routes', undefined],
    ['GET', 'upstreams', undefined],
    ['GET', 'config', undefined],
    ['GET', 'explain?path=/shop', undefined],
    ['POST', 'upstreams/p-1/eject', ORDER],
    ['POST', 'upstreams/p-1/restore', {}],
  ])('has %s %s name the service, while both are connected', async (method, call, body) => {
    const token = method === 'GET' ? TOKENS.reader : TOKENS.ops;
    const ask = (query = '') => {
      const joint = query === '' ? '' : call.includes('?') ? '&' : '?';
      return asking.call(token, method, `/gateways/gw-1/${call}${joint}${query}`, body);
    };
    const gateway = await asking.connect('gw-1', 'on');
    const other = await asking.connect('gw-1', 'on', TOKENS.team);
    expect(await ask()).toMatchObject({
      status: 409,
      body: {
        code: 'INSTANCE_ID_AMBIGUOUS',
        detail: expect.stringContaining('gateway, product. Name the service'),
      },
    });
    expect(await ask('service=order')).toMatchObject({ status: 404, body: { code: 'GATEWAY_NOT_FOUND' } });
    const answered = ask('service=product');
    const question = await other.asked();
    expect(question).not.toHaveProperty('service');
    await asking.answer(question.id, {}, { token: TOKENS.team });
    expect((await answered).status).toBe(200);

    other.stream.close();
    await eventually(async () => (await listed()).length === 1);
    await gateway.asked();
    const alone = ask();
    await asking.answer((await gateway.asked()).id, {});
    expect((await alone).status).toBe(200);
  });

  it.each(['service=gateway', 'epoch'])(
    'does not keep out a gateway whose token may write both, and that sends its %s',
    async (named) => {
      const epoch = await register(TOKENS.edge, gatewayOf('gateway', 'gw-1'));
      const refused = await asking.connect('gw-1', 'read', TOKENS.every);
      expect(refused.stream.status).toBe(409);
      const query = `read&${named === 'epoch' ? `epoch=${epoch}` : named}`;
      expect((await asking.connect('gw-1', query, TOKENS.every)).stream.status).toBe(200);
      expect(await listed()).toEqual(['gateway/gw-1']);
      expect((await asking.connect('gw-1', 'read&service=product')).stream.status).toBe(403);
    },
  );

  it('keeps no more than a share of the questions that may be open', async () => {
    const gateway = await asking.connect('gw-1');
    await asking.connect('gw-1', 'read', TOKENS.team, '127.0.0.2');
    const statuses: number[] = [];
    const silent = Array.from({ length: 205 }, async () => {
      const { status, body } = await asking.call(
        TOKENS.reader,
        'GET',
        '/gateways/gw-1/routes?service=product',
      );
      statuses.push(status);
      return body.detail;
    });
    // Nobody's time is over: the clock stands still.
    await eventually(() => statuses.length === 5);
    expect(new Set(statuses)).toEqual(new Set([429]));

    const answered = asking.call(TOKENS.reader, 'GET', '/gateways/gw-1/routes?service=gateway');
    await asking.answer((await gateway.asked()).id, {});
    expect((await answered).status).toBe(200);

    const details = await asking.inTime(Promise.all(silent));
    expect(statuses.slice(5)).toEqual(Array.from({ length: 200 }, () => 504));
    expect(details).toContainEqual(expect.stringContaining('The fair share of questions'));
  });
});

describe('the stream of an incarnation', () => {
  beforeEach(async () => {
    asking = await startAskingRegistry();
  });
  const older = gatewayOf('gateway', 'gw-1');
  const newer = { ...older, version: '2' };

  it('ends when a newer one is registered, and is not opened again', async () => {
    const first = await register(TOKENS.edge, older);
    const before = await asking.connect('gw-1', `read&epoch=${first}`);
    const question = asking.call(TOKENS.reader, 'GET', '/gateways/gw-1/routes');
    await before.asked();
    const second = await register(TOKENS.edge, newer);
    await before.stream.ended;
    expect((await question).status).toBe(504);

    const after = await asking.connect('gw-1', `read&epoch=${second}`);
    const late = await asking.call(
      TOKENS.edge,
      'GET',
      `/instances/gw-1/questions?answers=read&epoch=${first}`,
    );
    expect(late).toMatchObject({ status: 409, body: { code: 'EPOCH_MISMATCH' } });
    const answered = asking.call(TOKENS.reader, 'GET', '/gateways/gw-1/config');
    await asking.answer((await after.asked()).id, {});
    expect((await answered).status).toBe(200);
  });

  it('outlives heartbeats and changes of other instances', async () => {
    const gateway = await asking.connect('gw-1');
    await asking.call(TOKENS.edge, 'POST', '/heartbeat', { instance_id: 'gw-1', status: 'starting' });
    await asking.call(TOKENS.edge, 'POST', '/deregister', { instance_id: 'gw-22' });
    const answered = asking.call(TOKENS.reader, 'GET', '/gateways/gw-1/config');
    await asking.answer((await gateway.asked()).id, {});
    expect((await answered).status).toBe(200);
  });

  it.each([
    ['deregistered', () => asking.call(TOKENS.edge, 'POST', '/deregister', { instance_id: 'gw-1' })],
    ['evicted', () => asking.registry.clock.advance(120_000)],
    ['not allowed any more', () => asking.grantEdge(['read'])],
  ])('is over once it is %s, even if its process reads nothing any more', async (_how, end) => {
    const gateway = await asking.connect('gw-1');
    gateway.stream.pause();
    await end();
    const asked = await asking.call(TOKENS.reader, 'GET', '/gateways/gw-1/routes');
    expect(asked).toMatchObject({ status: 404, body: { code: 'GATEWAY_NOT_FOUND' } });
    gateway.stream.resume();
    await gateway.stream.ended;
  });
});
