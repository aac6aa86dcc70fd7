import type { RegistryHttp } from '../registry/registry-access';
import type { RegistryFailure } from '../registry/registry-failure';
import type { RegistryFailover } from '../registry/registry-failover';
import { pause, untilAborted } from '../registry/wait';
import type { Acknowledgements } from './acknowledgements';
import type { CatalogView } from './catalog-view';
import type { ResolverEvent } from './resolver-event';
import { MOST_NAMES_IN_A_CALL, type WatchAdditions } from './watch-additions';
import { readWatch } from './watch-stream';

export interface WatchLoopOptions {
  readonly http: RegistryHttp;
  readonly failover: RegistryFailover;
  readonly view: CatalogView;
  readonly subscriber: string;
  /** See `ResolverOptions`. */
  readonly as: string | undefined;
  readonly acknowledgements: Acknowledgements;
  readonly additions: WatchAdditions;
  readonly silenceLimitMs: number;
  /** What to follow, asked at each opening; an empty list opens nothing. */
  readonly services: () => '*' | readonly string[];
  /** Brings the changes into force before it returns: what it has not done by then is not done when it is acknowledged. */
  readonly onChanged: (services: readonly string[]) => void;
  readonly emit: (event: ResolverEvent) => void;
}

/** Keeps one stream open, at one registry after another, and the view up to date with it. */
export interface WatchLoop {
  start(): void;
  /** One more service is to be followed: added to the stream that is open, or the first of a stream that is opened now. */
  add(serviceName: string): void;
  /** The stream is of no use any more: opens another, with everything that is asked for. What is known stays. */
  reopenAnew(): void;
  stop(): Promise<void>;
}

/** A stream that stood this long was a good one; before that, a registry that keeps ending them is failing. */
const GOOD_STREAM_MS = 2000;

/** Where to go on from: the last event's id, and the list that it belongs to. */
interface Resumption {
  readonly lastEventId: string;
  readonly listed: ReadonlySet<string>;
}

export function createWatchLoop(options: WatchLoopOptions): WatchLoop {
  const { http, failover, view, subscriber, acknowledgements, additions, silenceLimitMs } = options;
  const { services, onChanged, emit } = options;
  const halt = new AbortController();
  let reopening = new AbortController();
  let isOpen = false;
  let resumption: Resumption | undefined;
  /** Registries of before there was `POST /watch`: they take a list in the address, and no additions. */
  const older = new Set<string>();
  /** Registries of before a stream could name its reader: they refuse the name as a member that they do not know. */
  const nameless = new Set<string>();
  let work: Promise<void> | undefined;

  async function keepFollowing(): Promise<void> {
    while (!halt.signal.aborted) {
      reopening = new AbortController();
      const either = AbortSignal.any([halt.signal, reopening.signal]);
      const wanted = services();
      isOpen = wanted.length > 0;
      if (isOpen) await followOnce(wanted, either);
      else await untilAborted(either);
    }
  }

  async function followOnce(wanted: '*' | readonly string[], signal: AbortSignal): Promise<void> {
    const registryUrl = failover.url;
    const byAddress = older.has(registryUrl);
    const as = nameless.has(registryUrl) ? undefined : options.as;
    const resumed = resumptionOf(wanted, byAddress);
    const list = wanted === '*' || byAddress ? wanted : openingList(wanted, resumed);
    const ended = new AbortController();
    let gap: RegistryFailure | undefined;
    let syncedAt: number | undefined;
    // Until a stream that begins anew is in sync there is nothing to resume from.
    let resumable = false;
    const listed = new Set(list === '*' ? [] : list);
    /** Added, and not in sync yet. */
    let arriving: string[] = [];

    view.opening(list);
    const failure = await readWatch({
      http,
      registryUrl,
      services: list,
      byAddress,
      subscriber,
      as,
      lastEventId: resumed?.lastEventId,
      silenceLimitMs,
      signal: AbortSignal.any([signal, ended.signal]),
      onMalformed: (what) => emit({ type: 'malformed', registryUrl, what }),
      onEvent(event, id) {
        const now = performance.now();
        const update = view.apply(event, now);
        if (update.kind === 'gap') {
          gap = update.failure;
          ended.abort();
          return;
        }
        if (event.type === 'hello') {
          resumable = event.data.resumed;
          const { catalog_id: catalogId, revision, warming, stream_secret: secret } = event.data;
          acknowledgements.opened({ registryUrl, secret });
          if (list !== '*') openedWithout(listed, { registryUrl, secret });
          emit({ type: 'connected', registryUrl, catalogId, revision, warming });
        }
        if (event.type === 'snapshot' && syncedAt !== undefined) arriving.push(event.data.service_name);
        if (event.type === 'synced') {
          resumable = true;
          for (const name of arriving) listed.add(name);
          arriving = [];
        }
        if (resumable && id !== undefined) resumption = { listed, lastEventId: id };
        onChanged(update.services);
        if (event.type === 'synced' || event.type === 'delta') {
          acknowledgements.applied(event.data.revision);
          if (event.data.ack === true) acknowledgements.acknowledge(event.data.revision);
        }
        if (event.type === 'synced') {
          syncedAt ??= now;
          emit({ type: 'synced', registryUrl, revision: event.data.revision });
        }
      },
    });
    additions.closed();
    // Ended from here, to stop or to open another: nothing has failed.
    if (signal.aborted) return;

    if (gap !== undefined) resumption = undefined;
    const unable =
      failure.status === 405 && !byAddress ? older : failure.status === 400 && as ? nameless : undefined;
    if (unable !== undefined) return void unable.add(registryUrl);
    if (syncedAt !== undefined && performance.now() - syncedAt >= GOOD_STREAM_MS) failover.answered();
    await putOff(registryUrl, gap ?? failure, signal);
  }

  /** Only of a list that goes into one request; by address it has to be the whole one. */
  function resumptionOf(wanted: '*' | readonly string[], byAddress: boolean): Resumption | undefined {
    if (wanted === '*' || resumption === undefined) return resumption;
    const { size } = resumption.listed;
    return size > MOST_NAMES_IN_A_CALL || (byAddress && size !== wanted.length) ? undefined : resumption;
  }

  /** With the list that can be gone on from, where there is one: what has come to it since is added. */
  function openingList(wanted: readonly string[], resumed: Resumption | undefined): readonly string[] {
    return resumed === undefined ? wanted.slice(0, MOST_NAMES_IN_A_CALL) : [...resumed.listed];
  }

  function openedWithout(
    listed: ReadonlySet<string>,
    stream: { readonly registryUrl: string; readonly secret: string },
  ): void {
    const wanted = services();
    const missing = wanted === '*' ? [] : wanted.filter((name) => !listed.has(name));
    if (!older.has(stream.registryUrl)) additions.opened(stream, missing);
    else if (missing.length > 0) reopening.abort();
  }

  async function putOff(registryUrl: string, failure: RegistryFailure, signal: AbortSignal): Promise<void> {
    const retryInMs = failover.failed();
    // The next one at this address may be a newer one.
    older.delete(registryUrl);
    nameless.delete(registryUrl);
    const at = Date.now();
    onChanged(view.lose(failure, at));
    const { staleSince } = view;
    const staleForMs = staleSince === undefined ? undefined : Math.max(0, at - staleSince);
    emit({ type: 'disconnected', registryUrl, failure, retryInMs, staleForMs });
    await pause(retryInMs, { signal });
  }

  return {
    start() {
      work ??= keepFollowing();
    },
    add(serviceName) {
      if (!isOpen || older.has(failover.url)) reopening.abort();
      else additions.add(serviceName);
    },
    reopenAnew() {
      resumption = undefined;
      reopening.abort();
    },
    async stop() {
      halt.abort();
      additions.stop();
      await work;
    },
  };
}
