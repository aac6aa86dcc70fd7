import { createMemoryCollection } from '@rollcall/resource-kit/testing';
import { createOpenApiConformance, mountedOperations } from '@rollcall/testing';
import express from 'express';
import type { Product } from '../src/domain/product';
import { productApi } from '../src/http/openapi';
import { mountProducts } from '../src/http/product-routes';
import { startProduct, type StartedProduct } from './started-product';

describe('the OpenAPI document of product', () => {
  let product: StartedProduct;

  beforeAll(async () => {
    product = await startProduct();
  });

  afterAll(() => product.stop());

  it('is served, and rendered for people', async () => {
    expect(await (await fetch(`${product.url}/openapi.json`)).json()).toEqual(productApi());
    expect((await fetch(`${product.url}/docs`)).headers.get('content-type')).toMatch('text/html');
  });

  it('has every operation that there is, and no other', () => {
    const app = express();
    const products = createMemoryCollection<Product>();
    mountProducts(app, { products, now: Date.now, newId: () => 'id' });

    expect(createOpenApiConformance(productApi()).operations()).toEqual(mountedOperations(app));
  });

  it('says what is really answered', async () => {
    const api = createOpenApiConformance(productApi());
    const get = async (path: string) => (await api.fetch(product.url + path)).status;
    const post = async (body: unknown, headers: Record<string, string> = {}) => {
      const json = { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers };
      const init = { method: 'POST', headers: json, body: JSON.stringify(body) };
      return (await api.fetch(`${product.url}/products`, init)).status;
    };
    const cup = { name: 'Cup', price_cents: 890, currency: 'EUR' };

    expect(await get('/products?limit=2')).toBe(200);
    expect(await get('/products?limit=0')).toBe(400);
    expect(await get('/products/00000000-0000-4000-8000-000000000001')).toBe(200);
    expect(await get('/products/nobody')).toBe(404);
    expect(await get('/products/%zz')).toBe(400);
    expect(await post(cup)).toBe(201);
    expect(await post({ ...cup, name: 'Mug' })).toBe(422);
    expect(await post({})).toBe(400);
    expect(await post({ ...cup, description: 'x'.repeat(70_000) })).toBe(413);
    expect(await post(cup, { 'content-type': 'text/plain' })).toBe(415);
    expect(api.untried()).toEqual([]);
  });
});
