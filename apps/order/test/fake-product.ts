import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A product service that answers what it is told to, over real HTTP. */
export interface FakeProduct {
  readonly url: string;
  /** Product by id; those that are missing are unknown. */
  readonly products: Map<string, { name: string; price_cents: number; currency: string }>;
  /** Requests so far, with their headers. */
  readonly requests: readonly {
    path: string;
    requestId: string | undefined;
    traceparent: string | undefined;
  }[];
  stop(): Promise<void>;
}

export async function startFakeProduct(): Promise<FakeProduct> {
  const products: FakeProduct['products'] = new Map();
  const requests: FakeProduct['requests'][number][] = [];
  const server = createServer((req, res) => {
    const path = req.url ?? '';
    const header = (name: string): string | undefined => req.headers[name]?.toString();
    requests.push({ path, requestId: header('x-request-id'), traceparent: header('traceparent') });
    const id = path.replace('/products/', '');
    const product = products.get(id);
    const status = product === undefined ? 404 : 200;
    res.writeHead(status, { 'content-type': 'application/json' });
    res.end(JSON.stringify(product === undefined ? { code: 'PRODUCT_NOT_FOUND' } : { id, ...product }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    products,
    requests,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
