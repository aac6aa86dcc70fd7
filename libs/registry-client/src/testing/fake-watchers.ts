import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { REGISTRY_ERROR, type WatchDelta, type WatchEvent, type WatchRequest } from '@rollcall/contracts';
import type { FakeProblem } from './fake-answer';
import type { FakeCatalog } from './fake-catalog';
import type { FakeList, FakeSubscribers } from './fake-subscribers';

interface FakeWatch {
  readonly list: FakeList;
  readonly catalog: FakeCatalog;
  readonly subscriber: string | undefined;
  readonly secret: string;
}

/** Services that a stream is to follow too. */
export interface FakeAddition {
  readonly subscriber: string;
  readonly secret: string;
  readonly services: readonly string[];
}

/** The open streams of `GET /watch`. */
export interface FakeWatchers {
  readonly count: number;
  open(
    response: ServerResponse,
    request: WatchRequest,
    options: {
      readonly catalog: FakeCatalog;
      readonly lastEventId: string | readonly string[] | undefined;
      readonly warming: boolean;
    },
  ): void;
  /** @returns why it is refused, if it is */
  add(addition: FakeAddition): FakeProblem | undefined;
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

  function sendSnapshots(response: ServerResponse, names: Iterable<string>, catalog: FakeCatalog): void {
    for (const name of names)
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

  function sendSynced(response: ServerResponse, { list, catalog }: FakeWatch): void {
    const { revision } = catalog;
    const asks = catalog
      .instances()
      .some(({ status, service_name: name }) => status === 'draining' && follows(list, name));
    const data = { revision, ...(asks ? ({ ack: true } as const) : {}) };
    send(response, { type: 'synced', data }, `${revision}${idSuffix(list, catalog)}`);
  }

  function streamOf({ subscriber, secret }: FakeAddition): [ServerResponse, FakeWatch] | undefined {
    return [...open].find(([, watch]) => watch.subscriber === subscriber && watch.secret === secret);
  }

  return {
    get count() {
      return open.size;
    },

    open(response, { services, subscriber }, { catalog, lastEventId, warming }) {
      const list: FakeList = services === '*' ? services : new Set(services);
      const suffix = idSuffix(list, catalog);
      const resumed = typeof lastEventId === 'string' && lastEventId.endsWith(suffix);
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
          (delta) => delta.revision > from && follows(list, delta.service_name),
        );
        for (const delta of missed)
          send(response, { type: 'delta', data: delta }, `${delta.revision}${suffix}`);
      } else {
        sendSnapshots(response, list === '*' ? catalog.serviceNames() : list, catalog);
      }
      const watch = { list, catalog, subscriber, secret };
      sendSynced(response, watch);

      open.set(response, watch);
      if (subscriber !== undefined) subscribers.opened(subscriber, secret, list);
      response.once('close', () => {
        open.delete(response);
        if (subscriber !== undefined) subscribers.closed(subscriber, secret);
      });
      pings ??= setInterval(() => {
        if (!silent) for (const stream of open.keys()) stream.write(': ping\n\n');
      }, pingIntervalMs).unref();
    },

    add(addition) {
      const found = streamOf(addition);
      if (found === undefined) return refusalOf(addition, [...open.values()]);
      const [response, watch] = found;
      const { list, catalog } = watch;
      if (list === '*') return undefined;
      const names = addition.services.filter((name) => !list.has(name));
      if (names.length === 0) return undefined;
      for (const name of names) list.add(name);
      subscribers.grown(addition.subscriber);
      sendSnapshots(response, names, catalog);
      sendSynced(response, watch);
      return undefined;
    },

    tell(delta) {
      if (silent) return;
      for (const [response, { list, catalog }] of open)
        if (follows(list, delta.service_name))
          send(response, { type: 'delta', data: delta }, `${delta.revision}${idSuffix(list, catalog)}`);
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

function follows(list: FakeList, name: string): boolean {
  return list === '*' || list.has(name);
}

/** What the ids of events end in, so that they resume no other list or catalog. */
function idSuffix(list: FakeList, catalog: FakeCatalog): string {
  return `.${catalog.id}.${list === '*' ? list : [...list].sort().join(',')}`;
}

function refusalOf({ subscriber }: FakeAddition, open: readonly FakeWatch[]): FakeProblem {
  return open.some((watch) => watch.subscriber === subscriber)
    ? { status: 403, code: REGISTRY_ERROR.streamSecretWrong, detail: 'the secret of another stream' }
    : { status: 404, code: REGISTRY_ERROR.subscriberUnknown, detail: 'no stream of this subscriber' };
}
