import { randomUUID } from 'node:crypto';
import { createRegistryHttp, followAccess, readAccess } from '../registry/registry-access';
import { createRegistryCalls } from '../registry/registry-calls';
import { createRegistryFailover } from '../registry/registry-failover';
import { tell } from '../registry/tell';
import { isServiceName } from '../wire/service-name';
import { createAcknowledgements } from './acknowledgements';
import { createCacheLoop } from './cache-loop';
import { readCatalogCache } from './catalog-cache';
import { createCatalogView } from './catalog-view';
import type { DiscoveryResult, Snapshot } from './discovery-result';
import { createLookups } from './lookups';
import { createReleaseLoop } from './release-loop';
import type { ResolverEvent } from './resolver-event';
import type { ResolverOptions } from './resolver-options';
import { createSubscriptions } from './subscriptions';
import { createWatchAdditions } from './watch-additions';
import { createWatchLoop, type WatchLoop } from './watch-loop';

/** Follows services over one stream shared by all callers; what was once known is kept while the registry is away. */
export interface Resolver {
  /** Begins to follow. Resolves at once and never rejects. Calling it again, or after `stop`, does nothing. */
  start(): Promise<void>;
  /**
   * Says goodbye to the registry, so that no drain waits for this process, closes the stream and lets go of every
   * timer; pending `resolve` calls answer with what is known.
   */
  stop(): Promise<void>;
  /**
   * Calls the listener with the current result before it returns, then with every change, until the returned
   * function is called. A draining instance is acknowledged to the registry when the listeners have returned:
   * by then they must pick it no more. The service is followed from then on, for the resolver's life.
   */
  watch(serviceName: string, listener: (result: DiscoveryResult) => void): () => void;
  /**
   * The current result, as soon as there is a snapshot (`resolved`, maybe empty, or `stale`); after `timeoutMs`
   * whatever there is then (`pending`, `failed`). Never rejects.
   */
  resolve(serviceName: string, options: { readonly timeoutMs: number }): Promise<DiscoveryResult>;
  /** What is known now, without waiting. `pending` for a service that has not been asked for. */
  current(serviceName: string): DiscoveryResult;
  /** Names of the followed services; with `*`, of all that were ever listed and are not forgotten. */
  services(): readonly string[];
  /** Every change of every followed service from now on, until the returned function is called. */
  onChange(listener: (serviceName: string, result: DiscoveryResult) => void): () => void;
  /** True once everything asked for has been answered by a registry; stays true when the stream breaks. */
  readonly synced: boolean;
  /** Since when what is known is not the latest any more, epoch milliseconds; undefined while it is. */
  readonly staleSince: number | undefined;
  /** This process life's id among a drain's subscribers. */
  readonly subscriber: string;
}

const SILENCE_LIMIT_MS = 40_000;
/** Limit of one acknowledgement; it is said again after that. */
const ACK_TIMEOUT_MS = 2000;

/** @throws when an option is unusable: no registry address, one that is not http(s), a file of TLS that cannot be used */
export function createResolver(options: ResolverOptions): Resolver {
  const everything = options.services === '*';
  const view = createCatalogView(everything);
  const subscriber = randomUUID();
  const emit = (event: ResolverEvent): void => tell(options.onEvent, event);
  const access = followAccess(readAccess(options), emit);
  const http = createRegistryHttp(access, { keepAlive: false });
  const calls = createRegistryCalls(access, ACK_TIMEOUT_MS);
  const acknowledgements = createAcknowledgements({ calls, subscriber, random: Math.random });
  const subscriptions = createSubscriptions(current);
  const lookups = createLookups(subscriptions, current);
  const { announce } = subscriptions;
  let phase: 'idle' | 'running' | 'stopped' = 'idle';

  const { cacheFile } = options;
  const cacheLoop =
    cacheFile === undefined || options.cacheReadOnly === true
      ? undefined
      : createCacheLoop({
          file: cacheFile,
          catalog: () => ({ savedAt: view.staleSince ?? Date.now(), snapshots: knownSnapshots() }),
          onFailed: (failure) => emit({ type: 'cache_failed', during: 'write', file: cacheFile, failure }),
        });
  const releaseLoop = createReleaseLoop(view, announce);
  const additions = createWatchAdditions({
    calls,
    subscriber,
    random: Math.random,
    onUnknown: () => watchLoop.reopenAnew(),
    onFailed(services, failure, { registryUrl, retryInMs }) {
      emit({ type: 'addition_failed', registryUrl, services: services.length, failure, retryInMs });
      announce(view.refuse(services, failure, Date.now()));
    },
  });
  const watchLoop: WatchLoop = createWatchLoop({
    http,
    failover: createRegistryFailover(options.registryUrls, Math.random),
    view,
    subscriber,
    as: options.as,
    acknowledgements,
    additions,
    silenceLimitMs: options.silenceLimitMs ?? SILENCE_LIMIT_MS,
    random: Math.random,
    services: () => (everything ? '*' : view.names),
    onChanged(services) {
      announce(services);
      releaseLoop.rearm();
      if (services.some((name) => view.current(name).state === 'resolved')) cacheLoop?.changed();
    },
    emit,
  });

  function* knownSnapshots(): Generator<Snapshot> {
    for (const name of view.names) {
      const result = view.current(name);
      if ('snapshot' in result) yield result.snapshot;
    }
  }

  function restore(file: string): void {
    const reading = readCatalogCache(file);
    if (reading.kind === 'unusable')
      emit({ type: 'cache_failed', during: 'read', file, failure: reading.failure });
    if (reading.kind !== 'read') return;
    const { savedAt, snapshots } = reading.catalog;
    view.restore(snapshots, savedAt);
    emit({ type: 'restored', file, services: snapshots.length, savedAt });
  }

  function follow(serviceName: string): void {
    // One name that the registry refuses would have it refuse the whole list.
    if (isServiceName(serviceName) && view.follow(serviceName) && !everything) watchLoop.add(serviceName);
  }

  function current(serviceName: string): DiscoveryResult {
    if (isServiceName(serviceName)) return view.current(serviceName);
    const message = `${JSON.stringify(serviceName)} is not a service name: 1 to 63 letters, digits, ".", "_" or "-"`;
    return { state: 'failed', error: { code: 'BAD_SERVICE_NAME', message } };
  }

  if (cacheFile !== undefined) restore(cacheFile);
  if (options.services !== undefined && options.services !== '*') options.services.forEach(follow);

  return {
    subscriber,
    start() {
      if (phase === 'idle') {
        phase = 'running';
        watchLoop.start();
      }
      return Promise.resolve();
    },
    async stop() {
      phase = 'stopped';
      lookups.finish();
      releaseLoop.stop();
      // Before the stream ends: a stream that ends without it counts as one that may come back.
      await acknowledgements.goodbye();
      await Promise.all([watchLoop.stop(), cacheLoop?.stop()]);
      calls.close();
      http.close();
    },
    watch(serviceName, listener) {
      follow(serviceName);
      return subscriptions.watch(serviceName, listener);
    },
    resolve(serviceName, { timeoutMs }) {
      follow(serviceName);
      const known = current(serviceName);
      if ('snapshot' in known || !isServiceName(serviceName) || phase === 'stopped')
        return Promise.resolve(known);
      return lookups.wait(serviceName, timeoutMs);
    },
    current,
    services: () => view.names,
    onChange: (listener) => subscriptions.onChange(listener),
    get synced() {
      return view.synced;
    },
    get staleSince() {
      return view.staleSince;
    },
  };
}
