import { createHealth, createHttpApp, createLogger, createMetrics } from '@rollcall/service-kit';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeCursor } from './cursor';
import { listResource } from './list-resource';
import { pageOf, type PageRequest, type Position } from './page';

const stock: readonly Position[] = [3, 2, 1].map((createdAt) => ({ createdAt, id: `item-${createdAt}` }));

const find = (request: PageRequest) => {
  const { after, limit } = request;
  const rest = stock.filter((item) => after === undefined || item.createdAt < after.createdAt);
  return Promise.resolve(pageOf(rest.slice(0, limit + 1), request));
};

describe('a list over HTTP', () => {
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    const app = createHttpApp({
      logger: createLogger({ service: 'spec', level: 'error', pretty: false }),
      metrics: createMetrics({ service: 'spec', processMetrics: false }),
      health: createHealth(),
      mount: (app) =>
        app.get(
          '/things',
          listResource(find, ({ id }) => id),
        ),
    });
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address: unknown = server.address();
    origin = `http://127.0.0.1:${(address as AddressInfo).port}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('is walked to its end by the addresses in Link, each item once', async () => {
    const seen: unknown[] = [];
    let next: string | undefined = '/things?limit=2';
    while (next !== undefined) {
      const response: Response = await fetch(origin + next);
      const { items } = (await response.json()) as { items: unknown[] };
      seen.push(...items);
      next = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }

    expect(seen).toEqual(['item-3', 'item-2', 'item-1']);
  });

  it('names the next page in its body as well, and null after the last one', async () => {
    const first = await fetch(`${origin}/things?limit=2`);
    const last = await fetch(`${origin}/things?cursor=${encodeCursor({ createdAt: 2, id: 'item-2' })}`);

    expect(await first.json()).toEqual({
      items: ['item-3', 'item-2'],
      next_cursor: encodeCursor({ createdAt: 2, id: 'item-2' }),
    });
    expect(await last.json()).toEqual({ items: ['item-1'], next_cursor: null });
    expect(last.headers.has('link')).toBe(false);
  });

  test.each(['limit=0', 'limit=101', 'limit=many', 'cursor=made-up', 'cursor=', 'page=2', 'limit=1&limit=2'])(
    'refuses ?%s',
    async (query) => {
      const response = await fetch(`${origin}/things?${query}`);

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'VALIDATION_FAILED' });
    },
  );
});
