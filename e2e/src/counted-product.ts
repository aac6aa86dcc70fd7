import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { espressoCup } from './shop';

/** An instance of product that answers at its own pace, fails at times, and keeps count of both. */
export interface CountedProduct {
  readonly url: string;
  /** What it was asked, without probes. Milliseconds from the request to the end of its answer. */
  readonly served: { readonly failed: boolean; readonly ms: number }[];
  stop(): Promise<void>;
}

/** @param options.slowEvery one request of so many takes `slowMs` */
export async function startCountedProduct(options: {
  readonly failEvery: number;
  readonly slowEvery: number;
  readonly slowMs: number;
}): Promise<CountedProduct> {
  const served: { readonly failed: boolean; readonly ms: number }[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url === '/livez') return void response.end('{}');
    const begunAt = performance.now();
    asked += 1;
    const failed = asked % options.failEvery === 0;
    response.once('close', () => served.push({ failed, ms: performance.now() - begunAt }));
    response.writeHead(failed ? 500 : 200, { 'content-type': 'application/json' });
    const answer = JSON.stringify(failed ? { title: 'a spec' } : { ...espressoCup, currency: 'EUR' });
    setTimeout(() => response.end(answer), asked % options.slowEvery === 0 ? options.slowMs : 5);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
