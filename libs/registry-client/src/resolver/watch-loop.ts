import { pause } from '../registry/pause';
import type { RegistryHttp } from '../registry/registry-access';
import type { RegistryFailure } from '../registry/registry-failure';
import type { RegistryTurn } from '../registry/registry-turn';
import type { Acknowledgements } from './acknowledgements';
import type { CatalogView } from './catalog-view';
import type { ResolverEvent } from './resolver-event';
import { readWatch } from './watch-stream';

export interface WatchLoopOptions {
  readonly http: RegistryHttp;
  readonly turn: RegistryTurn;
  readonly view: CatalogView;
  readonly subscriber: string;
  readonly acknowledgements: Acknowledgements;
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
  /** What there is to follow has changed: opens the stream anew. What is known stays. */
  reopen(): void;
  stop(): Promise<void>;
}

/** A stream that stood this long was a good one; before that, a registry that keeps ending them is failing. */
const GOOD_STREAM_MS = 2000;

export function createWatchLoop(options: WatchLoopOptions): WatchLoop {
  const { http, turn, view, subscriber, acknowledgements, silenceLimitMs, services, onChanged, emit } =
    options;
  const halt = new AbortController();
  let reopening = new AbortController();
  /** Where to go on from, and the list it belongs to. */
  let resume: { readonly list: string; readonly lastEventId: string } | undefined;
  let work: Promise<void> | undefined;

  async function keepFollowing(): Promise<void> {
    while (!halt.signal.aborted) {
      reopening = new AbortController();
      const either = AbortSignal.any([halt.signal, reopening.signal]);
      const list = services();
      if (list.length === 0) await aborted(either);
      else await followOnce(list, either);
    }
  }

  async function followOnce(list: '*' | readonly string[], signal: AbortSignal): Promise<void> {
    const registryUrl = turn.url;
    const ended = new AbortController();
    let gap: RegistryFailure | undefined;
    let syncedAt: number | undefined;
    // Until a stream that begins anew is in sync there is nothing to resume from.
    let resumable = false;

    const failure = await readWatch({
      http,
      registryUrl,
      services: list,
      subscriber,
      lastEventId: resume?.list === String(list) ? resume.lastEventId : undefined,
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
          emit({ type: 'connected', registryUrl, catalogId, revision, warming });
        }
        resumable ||= event.type === 'synced';
        if (resumable && id !== undefined) resume = { list: String(list), lastEventId: id };
        onChanged(update.services);
        if (event.type === 'synced' || event.type === 'delta') {
          acknowledgements.applied(event.data.revision);
          if (event.data.ack === true) acknowledgements.acknowledge(event.data.revision);
        }
        if (event.type === 'synced') {
          syncedAt = now;
          emit({ type: 'synced', registryUrl, revision: event.data.revision });
        }
      },
    });
    // Ended from here, to stop or to open another: nothing has failed.
    if (signal.aborted) return;

    if (gap !== undefined) resume = undefined;
    if (syncedAt !== undefined && performance.now() - syncedAt >= GOOD_STREAM_MS) turn.answered();
    await putOff(registryUrl, gap ?? failure, signal);
  }

  async function putOff(registryUrl: string, failure: RegistryFailure, signal: AbortSignal): Promise<void> {
    const retryInMs = turn.failed();
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
    reopen: () => reopening.abort(),
    async stop() {
      halt.abort();
      await work;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
