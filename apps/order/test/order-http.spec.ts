import { eventually } from '@rollcall/testing';
import { databaseKinds, type TestDatabase } from '@rollcall/testing/databases';
import { startFakeProduct, type FakeProduct } from './fake-product';
import { startOrder, type StartedOrder } from './started-order';

const CUP = '00000000-0000-4000-8000-000000000001';
const KETTLE = '00000000-0000-4000-8000-000000000003';
const DOLLAR_CUP = '00000000-0000-4000-8000-00000000d011';
const GHOST = '00000000-0000-4000-8000-00000000dead';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const item = (product_id: string, quantity = 1) => ({ product_id, quantity });

let order: StartedOrder;
let product: FakeProduct;

async function start(settings: NodeJS.ProcessEnv = {}): Promise<void> {
  product = await startFakeProduct();
  product.products.set(CUP, { name: 'Cup', price_cents: 890, currency: 'EUR' });
  product.products.set(KETTLE, { name: 'Kettle', price_cents: 4990, currency: 'EUR' });
  product.products.set(DOLLAR_CUP, { name: 'Cup', price_cents: 990, currency: 'USD' });
  order = await startOrder(settings);
  order.registry.list({ service_name: 'product', url: product.url, instance_id: 'the-product' });
}

async function stop(): Promise<void> {
  await order.stop();
  await product.stop();
}

const get = (path: string) => fetch(order.url + path);
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${order.url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const stored = async () => ((await (await get('/orders')).json()) as { items: unknown[] }).items;

describe.each(databaseKinds)('orders over HTTP, kept in $kind', ({ create }) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await create();
    await start(database.settings);
  });

  afterEach(async () => {
    await stop();
    await database.drop();
  });

  it('prices two products through the product service, found by name', async () => {
    const response = await post({ items: [item(KETTLE), item(CUP, 2)] });

    expect(response.status).toBe(201);
    const placed: unknown = await response.json();
    expect(placed).toEqual({
      id: expect.stringMatching(UUID),
      status: 'placed',
      currency: 'EUR',
      total_cents: 6770,
      items: [
        { product_id: KETTLE, name: 'Kettle', quantity: 1, unit_price_cents: 4990 },
        { product_id: CUP, name: 'Cup', quantity: 2, unit_price_cents: 890 },
      ],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await (await get(response.headers.get('location') ?? '')).json()).toEqual(placed);
    expect(await stored()).toEqual([placed]);
  });

  it('lists the newest first, page by page', async () => {
    const placed: unknown[] = [];
    for (let count = 0; count < 3; count++) {
      placed.unshift(await (await post({ items: [item(CUP, count + 1), item(KETTLE)] })).json());
      // Two of one millisecond are ordered by their ids.
      const now = Date.now();
      await eventually(() => Date.now() > now);
    }

    const first = await get('/orders?limit=2');
    const page = (await first.json()) as { items: unknown[]; next_cursor: string };
    const last = await get(`/orders?limit=2&cursor=${page.next_cursor}`);

    expect(page.items).toEqual(placed.slice(0, 2));
    expect(first.headers.get('link')).toBe(`</orders?limit=2&cursor=${page.next_cursor}>; rel="next"`);
    expect(await last.json()).toEqual({ items: placed.slice(2), next_cursor: null });
  });

  test.each(['00000000-0000-4000-8000-00000000dead', 'not-a-uuid'])('has no order %s', async (id) => {
    const response = await get(`/orders/${id}`);

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'ORDER_NOT_FOUND' });
  });

  describe('with an Idempotency-Key', () => {
    it('gives the same order again, at the price it was placed at', async () => {
      const first = await post({ items: [item(CUP)] }, { 'idempotency-key': 'k1' });
      product.products.set(CUP, { name: 'Cup', price_cents: 990, currency: 'EUR' });

      const again = await post({ items: [item(CUP)] }, { 'idempotency-key': 'k1' });

      expect(again.status).toBe(201);
      expect(await again.json()).toEqual(await first.json());
      expect(await stored()).toHaveLength(1);
    });

    it('places one order for duplicates that arrive together', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, async () =>
          (await post({ items: [item(CUP)] }, { 'idempotency-key': 'k1' })).json(),
        ),
      );

      expect(await stored()).toEqual([answers[0]]);
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });

    it('refuses another body under the same key', async () => {
      await post({ items: [item(CUP)] }, { 'idempotency-key': 'k1' });

      const response = await post({ items: [item(CUP, 2)] }, { 'idempotency-key': 'k1' });

      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      expect(await stored()).toHaveLength(1);
    });
  });
});

describe('order over HTTP', () => {
  beforeEach(() => start());

  afterEach(() => stop());

  it('announces itself with its path', async () => {
    expect(await eventually(() => order.registry.instances('order')[0])).toMatchObject({
      url: order.url,
      routes: [{ path_prefix: '/orders' }],
    });
  });

  it('takes an answer that is played back for another order of the same', async () => {
    const placed = (await (await post({ items: [item(CUP, 2), item(KETTLE)] })).json()) as { id: string };
    const again = await post(placed);
    expect([again.status, await again.json()]).toEqual([
      201,
      { ...placed, id: expect.not.stringMatching(placed.id), created_at: expect.any(String) },
    ]);
    expect((await post({ items: [item(CUP)], id: null, status: null, total_cents: null })).status).toBe(201);
    expect((await post({ items: [{ ...item(CUP), quantity: null }] })).status).toBe(400);
    expect((await post({ items: Array.from({ length: 20_000 }, () => ({})) })).status).toBe(400);
  });

  it('takes a product id in any case', async () => {
    product.products.set('abcdefab-0000-4000-8000-000000000000', {
      name: 'A',
      price_cents: 1,
      currency: 'EUR',
    });

    expect((await post({ items: [item('ABCDEFAB-0000-4000-8000-000000000000')] })).status).toBe(201);
  });

  it('passes on the request id and the trace', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

    await post(
      { items: [item(CUP)] },
      { 'x-request-id': 'r-1', traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    );

    expect(product.requests).toEqual([
      { path: `/products/${CUP}`, requestId: 'r-1', traceparent: expect.stringContaining(`00-${traceId}-`) },
    ]);
  });

  it('stores nothing for products that do not exist, and names each', async () => {
    const response = await post({ items: [item(CUP), item(GHOST)] });

    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'UNKNOWN_PRODUCT',
      faults: [{ path: 'items.1.product_id', message: `there is no product ${GHOST}` }],
    });
    expect(await stored()).toEqual([]);
  });

  it('stores nothing for products of several currencies', async () => {
    const response = await post({ items: [item(CUP), item(DOLLAR_CUP)] });

    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'MIXED_CURRENCIES',
      detail: expect.stringContaining('EUR and USD'),
    });
    expect(await stored()).toEqual([]);
  });

  it('stores nothing for a sum that is not safe', async () => {
    product.products.set(CUP, { name: 'Yacht', price_cents: Number.MAX_SAFE_INTEGER, currency: 'EUR' });

    const response = await post({ items: [item(CUP, 2)] });

    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'ORDER_TOO_LARGE' });
    expect(await stored()).toEqual([]);
  });

  describe('while product is away', () => {
    const expectUnavailable = async (response: Response) => {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(await response.json()).toMatchObject({ code: 'PRODUCT_SERVICE_UNAVAILABLE' });
      expect(await stored()).toEqual([]);
    };

    it('answers 503 and stores nothing when nobody is registered', async () => {
      order.registry.forget('the-product');

      await eventually(async () => expectUnavailable(await post({ items: [item(CUP)] })).then(() => true));
    });

    it('answers 503 and stores nothing when it refuses connections, and recovers', async () => {
      await product.stop();

      await expectUnavailable(await post({ items: [item(CUP)] }, { 'idempotency-key': 'k1' }));

      const next = await startFakeProduct();
      next.products.set(CUP, { name: 'Cup', price_cents: 890, currency: 'EUR' });
      order.registry.list({ service_name: 'product', url: next.url });
      await eventually(async () => {
        const response = await post({ items: [item(CUP)] }, { 'idempotency-key': 'k1' });
        return response.status === 201;
      });
      expect(await stored()).toHaveLength(1);
      await next.stop();
    });

    it('is ready all the same: its own orders can be read', async () => {
      await product.stop();

      expect((await get('/readyz')).status).toBe(200);
    });
  });

  test.each<[string, unknown, string[]]>([
    ['nothing', {}, ['items']],
    ['no items', { items: [] }, ['items']],
    [
      'too many items',
      { items: Array.from({ length: 51 }, (_, n) => item(`00000000-0000-4000-8000-0000000000${10 + n}`)) },
      ['items'],
    ],
    ['a malformed id', { items: [item('cup')] }, ['items.0.product_id']],
    ['an id in braces', { items: [item(`{${CUP}}`)] }, ['items.0.product_id']],
    ['one product twice', { items: [item(CUP), item(CUP)] }, ['items.1']],
    [
      'one product twice, written differently',
      { items: [item(GHOST), item(GHOST.toUpperCase())] },
      ['items.1'],
    ],
    ['no quantity', { items: [{ product_id: CUP }] }, ['items.0.quantity']],
    ['a quantity of none', { items: [item(CUP, 0)] }, ['items.0.quantity']],
    ['a broken quantity', { items: [item(CUP, 1.5)] }, ['items.0.quantity']],
    ['too large a quantity', { items: [item(CUP, 10_001)] }, ['items.0.quantity']],
    ['a price of its own', { items: [{ ...item(CUP), unit_price_cents: 1 }] }, ['items.0.unit_price_cents']],
    ['two faults', { items: [item('cup', 0)] }, ['items.0.product_id', 'items.0.quantity']],
  ])('refuses an order with %s, naming every fault', async (_what, body, paths) => {
    const response = await post(body);

    expect(response.status).toBe(400);
    const { faults } = (await response.json()) as { faults: { path: string }[] };
    expect(faults.map(({ path }) => path)).toEqual(paths);
    expect(product.requests).toEqual([]);
    expect(await stored()).toEqual([]);
  });
});
