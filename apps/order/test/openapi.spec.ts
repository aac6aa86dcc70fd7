import { createMemoryCollection } from '@rollcall/resource-kit/testing';
import { createOpenApiConformance, mountedOperations } from '@rollcall/testing';
import express from 'express';
import type { Order } from '../src/domain/order';
import { orderApi } from '../src/http/openapi';
import { mountOrders } from '../src/http/order-routes';
import { startFakeProduct, type FakeProduct } from './fake-product';
import { startOrder, type StartedOrder } from './started-order';

const CUP = '00000000-0000-4000-8000-000000000001';
const GHOST = '00000000-0000-4000-8000-00000000dead';

describe('the OpenAPI document of order', () => {
  let order: StartedOrder;
  let product: FakeProduct;

  beforeAll(async () => {
    product = await startFakeProduct();
    product.products.set(CUP, { name: 'Cup', price_cents: 890, currency: 'EUR' });
    order = await startOrder();
    order.registry.list({ service_name: 'product', url: product.url });
  });

  afterAll(async () => {
    await order.stop();
    await product.stop();
  });

  it('is served, and rendered for people', async () => {
    expect(await (await fetch(`${order.url}/openapi.json`)).json()).toEqual(orderApi());
    expect((await fetch(`${order.url}/docs`)).headers.get('content-type')).toMatch('text/html');
  });

  it('has every operation that there is, and no other', () => {
    const app = express();
    const catalogue = { find: () => Promise.resolve({ kind: 'unknown' as const }) };
    mountOrders(app, {
      orders: createMemoryCollection<Order>(),
      catalogue,
      now: Date.now,
      newId: () => 'id',
    });

    expect(createOpenApiConformance(orderApi()).operations()).toEqual(mountedOperations(app));
  });

  it('says what is really answered', async () => {
    const api = createOpenApiConformance(orderApi());
    const get = async (path: string) => (await api.fetch(order.url + path)).status;
    const post = (body: unknown, headers: Record<string, string> = {}) => {
      const json = { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers };
      return api.fetch(`${order.url}/orders`, { method: 'POST', headers: json, body: JSON.stringify(body) });
    };
    const of = (product_id: string, quantity = 1) => ({ items: [{ product_id, quantity }] });

    const placed = await post(of(CUP));
    expect(placed.status).toBe(201);
    expect(await get(placed.headers.get('location') ?? '')).toBe(200);
    expect(await get('/orders')).toBe(200);
    expect(await get('/orders?cursor=made-up')).toBe(400);
    expect(await get('/orders/nobody')).toBe(404);
    expect((await post(of(CUP, 2))).status).toBe(422);
    expect((await post(of(GHOST), { 'idempotency-key': 'other' })).status).toBe(422);
    expect((await post({})).status).toBe(400);
    expect((await post(of(CUP), { 'content-type': 'text/plain' })).status).toBe(415);
    await product.stop();
    expect((await post(of(CUP), { 'idempotency-key': 'third' })).status).toBe(503);
    expect(api.untried()).toEqual([]);
  });
});
