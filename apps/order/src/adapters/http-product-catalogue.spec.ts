import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { createHttpProductCatalogue } from './http-product-catalogue';

const cup = { id: 'cup', name: 'Cup', description: 'Porcelain', price_cents: 890, currency: 'EUR' };

describe('the products of the product service', () => {
  let server: Server;
  let answer: RequestListener;

  beforeEach(async () => {
    server = createServer((req, res) => answer(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function find(id: string, timeoutMs = 5000) {
    const { port } = server.address() as AddressInfo;
    const client = axios.create({ baseURL: `http://127.0.0.1:${port}`, timeout: timeoutMs });
    return createHttpProductCatalogue(client).find(id);
  }

  const answering =
    (status: number, body: unknown): RequestListener =>
    (_req, res) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  it('are asked for by their id, whatever is in it', async () => {
    const paths: (string | undefined)[] = [];
    answer = (req, res) => {
      paths.push(req.url);
      answering(200, { ...cup, id: 'a/../b?c' })(req, res);
    };

    await find('a/../b?c');

    expect(paths).toEqual(['/products/a%2F..%2Fb%3Fc']);
  });

  it('are found, with what an order needs of them', async () => {
    answer = answering(200, cup);

    expect(await find('cup')).toEqual({
      kind: 'found',
      product: { id: 'cup', name: 'Cup', priceCents: 890, currency: 'EUR' },
    });
  });

  it('are unknown when the product service says so', async () => {
    answer = answering(404, { code: 'PRODUCT_NOT_FOUND' });

    expect(await find('cup')).toEqual({ kind: 'unknown' });
  });

  test.each<[string, RequestListener]>([
    ['a 404 of somebody else', answering(404, { code: 'NOT_FOUND' })],
    ['an error', answering(500, { code: 'INTERNAL_ERROR' })],
    ['a refusal', answering(429, {})],
    ['no product', answering(200, { items: [] })],
    ['a price that is not a whole number', answering(200, { ...cup, price_cents: 8.9 })],
    ['a price as text', answering(200, { ...cup, price_cents: '890' })],
    ['a name that no database keeps', answering(200, { ...cup, name: 'a\0b' })],
    ['another product', answering(200, { ...cup, id: 'kettle' })],
    ['text', answering(200, 'hello')],
    ['a reset', (req) => req.socket.resetAndDestroy()],
  ])('cannot be told about after %s', async (_what, listener) => {
    answer = listener;

    expect(await find('cup')).toMatchObject({ kind: 'unavailable' });
  });

  it('cannot be told about while it does not answer', async () => {
    answer = () => undefined;

    expect(await find('cup', 50)).toMatchObject({ kind: 'unavailable' });
  });
});
