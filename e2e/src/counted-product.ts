import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { espressoCup } from './shop';

export interface ServedProduct {
  /** Whether a gateway asked, and not a service by itself. */
  readonly viaGateway: boolean;
  readonly failed: boolean;
  /** From when the request was there to when the last of the answer was written: whoever asked has waited for longer. */
  readonly ms: number;
}

/** An instance of product that answers at its own pace, fails at times, and keeps count of both. */
export interface CountedProduct {
  readonly url: string;
  /** What it was asked, without probes. */
  readonly served: ServedProduct[];
  stop(): Promise<void>;
}

/** @param options.slowEvery one request of so many takes `slowMs` */
export async function startCountedProduct(options: {
  readonly failEvery: number;
  readonly slowEvery: number;
  readonly slowMs: number;
}): Promise<CountedProduct> {
  const served: ServedProduct[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url === '/livez') return void response.end('{}');
    const begunAt = performance.now();
    asked += 1;
    const failed = asked % options.failEvery === 0;
    const viaGateway = request.headers.via !== undefined;
    let ms = NaN;
    response.once('close', () => served.push({ viaGateway, failed, ms }));
    response.writeHead(failed ? 500 : 200, { 'content-type': 'application/json' });
    const answer = JSON.stringify(failed ? { title: 'a spec' } : { ...espressoCup, currency: 'EUR' });
    setTimeout(
      () => {
        ms = performance.now() - begunAt;
        response.end(answer);
      },
      asked % options.slowEvery === 0 ? options.slowMs : 5,
    );
  });
  // A connection that it closes while a request is on its way costs an attempt that it never serves.
  server.keepAliveTimeout = 0;
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
