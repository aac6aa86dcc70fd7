import type { AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json, request } from '../src/expect-answer';
import { coffeeGrinder, espressoCup, listAll, orderOf } from '../src/shop';

describe('an order', () => {
  let cluster: Cluster;
  let product: AppProcess;

  beforeAll(async () => {
    cluster = await startCluster();
    [product] = await Promise.all([cluster.add('product'), cluster.add('order', { DRAIN_LINGER_MS: '0' })]);
  });

  afterAll(() => cluster.stop());

  const orders = () => `${cluster.gatewayUrl}/orders`;

  test('of two products is priced by the product service, found by its name', async () => {
    const body = orderOf(espressoCup.id, coffeeGrinder.id);

    const created = await request(orders(), json('POST', body));

    expect(created.status).toBe(201);
    expect(created.json()).toMatchObject({
      currency: 'EUR',
      total_cents: 2 * espressoCup.price_cents + 2 * coffeeGrinder.price_cents,
      items: [
        { product_id: espressoCup.id, name: espressoCup.name, quantity: 2, unit_price_cents: 890 },
        { product_id: coffeeGrinder.id, name: coffeeGrinder.name, quantity: 2, unit_price_cents: 7450 },
      ],
    });
    const location = created.headers.get('location') ?? '';
    expect(await expectAnswer(`${cluster.gatewayUrl}${location}`, 200)).toEqual(created.json());
  });

  test('of an unknown product is refused with 422, and none is stored', async () => {
    const before = await listAll(orders());

    const answer = await request(orders(), json('POST', orderOf('00000000-0000-4000-8000-00000000dead')));

    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await listAll(orders())).toEqual(before);
  });

  test('sent twice with one Idempotency-Key is made once', async () => {
    const before = await listAll(orders());
    const init = json('POST', orderOf(espressoCup.id));
    const headers = { ...init.headers, 'idempotency-key': 'once-and-only-once' };

    const first = await request(orders(), { ...init, headers });
    const second = await request(orders(), { ...init, headers });

    expect(second.json()).toEqual(first.json());
    expect(await listAll(orders())).toHaveLength(before.length + 1);
  });

  // The last one: it takes the product service away.
  test('while product is stopped is answered with 503, and none is stored', async () => {
    const before = await listAll(orders());
    await product.end('SIGTERM');

    const answer = await request(orders(), json('POST', orderOf(espressoCup.id)));

    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await listAll(orders())).toEqual(before);
  });
});
