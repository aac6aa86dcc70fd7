import type { Random } from '@rollcall/load-balancing';
import { jittered } from '../registry/backoff';
import type { RegistryHttp } from '../registry/registry-access';
import type { RegistryFailure } from '../registry/registry-failure';
import type { RegistryFailover } from '../registry/registry-failover';
import { pause, untilAborted } from '../registry/wait';
import type { Acknowledgements } from './acknowledgements';
import type { CatalogView } from './catalog-view';
import { followStream } from './followed-stream';
import type { ResolverEvent } from './resolver-event';
import type { WatchAdditions } from './watch-additions';
import { createWatchPosition } from './watch-position';

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
  readonly random: Random;
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

/**
 * A stale stream is left after so long, to look for a fresh one. Lower asks registries that are away for nothing; higher
 * serves what is old for longer.
 */
const STALE_STREAM_MS = 3000;

export function createWatchLoop(options: WatchLoopOptions): WatchLoop {
  const { http, failover, view, subscriber, acknowledgements, additions, silenceLimitMs, random } = options;
  const { services, onChanged, emit } = options;
  const halt = new AbortController();
  let reopening = new AbortController();
  let isOpen = false;
  const position = createWatchPosition();
  const shared = { http, view, subscriber, acknowledgements, silenceLimitMs, position, onChanged, emit };
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
    const { list, lastEventId } = position.next(wanted, byAddress);
    view.opening(list);
    const end = await followStream({
      ...shared,
      registryUrl,
      services: list,
      byAddress,
      as,
      lastEventId,
      signal,
      openLimitMs: failover.answerLimitMs(silenceLimitMs),
      onOld: () => failover.offersOld(performance.now()),
      staleForMs: jittered(STALE_STREAM_MS, random),
      onOpened(stream, listed) {
        if (list !== '*') openedWithout(listed, stream);
      },
    });
    additions.closed();
    // Ended from here, to stop or to open another: nothing has failed.
    if (signal.aborted) return;
    if (end.kind === 'left') return failover.seekFresh(performance.now());
    if (end.kind === 'not_taken') return lost(registryUrl, end.failure, 0);

    const { status, retryAfterMs } = end.failure;
    const unable = status === 405 && !byAddress ? older : status === 400 && as ? nameless : undefined;
    if (unable !== undefined) return void unable.add(registryUrl);
    if (end.wasGood) failover.answered();
    const retryInMs = failover.failed(performance.now(), retryAfterMs);
    // The next one at this address may be a newer one.
    older.delete(registryUrl);
    nameless.delete(registryUrl);
    lost(registryUrl, end.failure, retryInMs);
    await pause(retryInMs, { signal });
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

  function lost(registryUrl: string, failure: RegistryFailure, retryInMs: number): void {
    const at = Date.now();
    onChanged(view.lose(failure, at));
    const { staleSince } = view;
    const staleForMs = staleSince === undefined ? undefined : Math.max(0, at - staleSince);
    emit({ type: 'disconnected', registryUrl, failure, retryInMs, staleForMs });
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
      position.forget();
      reopening.abort();
    },
    async stop() {
      halt.abort();
      additions.stop();
      await work;
    },
  };
}
