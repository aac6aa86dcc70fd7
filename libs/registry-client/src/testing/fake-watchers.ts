import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { WatchDelta, WatchEvent, WatchQuery } from '@rollcall/contracts';
import type { FakeCatalog } from './fake-catalog';
import type { FakeSubscribers } from './fake-subscribers';

/** One stream: what it follows, and what its events' ids end in, so that they resume no other list or catalog. */
interface FakeWatch {
  readonly services: WatchQuery['services'];
  readonly idSuffix: string;
}

/** The open streams of `GET /watch`. */
export interface FakeWatchers {
  readonly count: number;
  open(
    response: ServerResponse,
    query: WatchQuery,
    options: {
      readonly catalog: FakeCatalog;
      readonly lastEventId: string | readonly string[] | undefined;
      readonly warming: boolean;
    },
  ): void;
  tell(delta: WatchDelta): void;
  /** Writes to every stream as it is; for a registry that talks nonsense. */
  write(text: string): void;
  /** No pings and no changes from now on, with the connections left open: as a registry that was frozen. */
  silence(): void;
  /** Ends every stream. */
  end(): void;
}

export function createFakeWatchers(pingIntervalMs: number, subscribers: FakeSubscribers): FakeWatchers {
  const open = new Map<ServerResponse, FakeWatch>();
  let silent = false;
  let pings: NodeJS.Timeout | undefined;

  function send(response: ServerResponse, event: WatchEvent, id?: string): void {
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    response.write(`${idLine}event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`);
  }

  function sendSnapshots(
    response: ServerResponse,
    services: WatchQuery['services'],
    catalog: FakeCatalog,
  ): void {
    for (const name of services === '*' ? catalog.serviceNames() : services)
      send(response, {
        type: 'snapshot',
        data: {
          service_name: name,
          revision: catalog.serviceRevision(name),
          instances: catalog.instancesOf(name),
          claims: catalog.claimsOf(name),
        },
      });
  }

  return {
    get count() {
      return open.size;
    },

    open(response, { services, subscriber }, { catalog, lastEventId, warming }) {
      const idSuffix = `.${catalog.id}.${String(services)}`;
      const resumed = typeof lastEventId === 'string' && lastEventId.endsWith(idSuffix);
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      const { id: catalog_id, revision } = catalog;
      const secret = randomUUID();
      send(response, {
        type: 'hello',
        data: { catalog_id, revision, stream_secret: secret, warming, resumed },
      });
      if (resumed) {
        const from = Number.parseInt(lastEventId, 10);
        const missed = catalog.changes.filter(
          (delta) => delta.revision > from && follows(services, delta.service_name),
        );
        for (const delta of missed)
          send(response, { type: 'delta', data: delta }, `${delta.revision}${idSuffix}`);
      } else {
        sendSnapshots(response, services, catalog);
      }
      const asks = catalog
        .instances()
        .some(({ status, service_name: name }) => status === 'draining' && follows(services, name));
      const data = { revision, ...(asks ? ({ ack: true } as const) : {}) };
      send(response, { type: 'synced', data }, `${revision}${idSuffix}`);

      open.set(response, { services, idSuffix });
      if (subscriber !== undefined) subscribers.opened(subscriber, secret, services);
      response.once('close', () => {
        open.delete(response);
        if (subscriber !== undefined) subscribers.closed(subscriber, secret);
      });
      pings ??= setInterval(() => {
        if (!silent) for (const stream of open.keys()) stream.write(': ping\n\n');
      }, pingIntervalMs).unref();
    },

    tell(delta) {
      if (silent) return;
      for (const [response, { services, idSuffix }] of open)
        if (follows(services, delta.service_name))
          send(response, { type: 'delta', data: delta }, `${delta.revision}${idSuffix}`);
    },

    write(text) {
      for (const response of open.keys()) response.write(text);
    },

    silence() {
      silent = true;
    },

    end() {
      clearInterval(pings);
      pings = undefined;
      silent = false;
      for (const response of open.keys()) response.end();
      open.clear();
    },
  };
}

function follows(services: WatchQuery['services'], name: string): boolean {
  return services === '*' || services.includes(name);
}
