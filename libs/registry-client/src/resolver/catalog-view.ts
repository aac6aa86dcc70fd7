import type { WatchDelta, WatchEvent, WatchHello, WatchSnapshot } from '@rollcall/contracts';
import type { RegistryFailure } from '../registry/registry-failure';
import type { DiscoveryResult, Snapshot } from './discovery-result';
import { createHoldingServices } from './holding-services';
import { createRestOfCatalog } from './rest-of-catalog';
import { createServiceView, type ServiceView } from './service-view';

/** What a stream's event came to: the services whose result is another now, or proof that something was missed. */
export type ViewUpdate =
  | { readonly kind: 'changed'; readonly services: readonly string[] }
  | { readonly kind: 'gap'; readonly failure: RegistryFailure };

/** Everything a resolver knows, from what streams told it. Computes; owns neither stream nor timer. */
export interface CatalogView {
  /** @returns whether it was not followed by name before */
  follow(serviceName: string): boolean;
  current(serviceName: string): DiscoveryResult;
  readonly names: readonly string[];
  readonly synced: boolean;
  /** Since when what is known is not the latest any more, epoch milliseconds; undefined while it is, or nothing is known. */
  readonly staleSince: number | undefined;
  /** Before anything else: what was known in an earlier life of this process. @param since epoch milliseconds */
  restore(snapshots: readonly Snapshot[], since: number): void;
  /** A stream over these services is about to be opened; it may be added to. */
  opening(services: '*' | readonly string[]): void;
  /** The registry does not take these onto the stream. @returns the services whose result is another now */
  refuse(services: readonly string[], failure: RegistryFailure, at: number): readonly string[];
  /** When `release` has something to do, milliseconds on the monotonic clock. */
  readonly nextRelease: number | undefined;
  /** @param now monotonic milliseconds */
  apply(event: WatchEvent, now: number): ViewUpdate;
  /** @param at wall-clock milliseconds @returns the services whose result is another now */
  lose(failure: RegistryFailure, at: number): readonly string[];
  release(now: number): readonly string[];
}

export function createCatalogView(everything: boolean): CatalogView {
  const views = new Map<string, ServiceView>();
  const followed = new Set<string>();
  /** What the stream was opened with. */
  let opened: '*' | readonly string[] = [];
  /** Services that a stream which began anew has told of; the others that it was opened with are gone once it is in sync. */
  let told = new Set<string>();
  /** Whether the stream has been in sync: what comes later is about services that are added, and is whole by itself. */
  let inSync = false;
  const holding = createHoldingServices();
  let hello: WatchHello | undefined;
  const rest = createRestOfCatalog(everything);
  /** What services are taken for until a registry tells of them. */
  const restored = new Map<string, DiscoveryResult>();

  function open(serviceName: string): ServiceView {
    const existing = views.get(serviceName);
    if (existing !== undefined) return existing;
    const view = createServiceView(serviceName, restored.get(serviceName) ?? rest.of(serviceName));
    views.set(serviceName, view);
    return view;
  }

  /** Runs a change over some services and tells which of them are different after it. */
  function changing(names: Iterable<string>, change: (view: ServiceView, name: string) => void): string[] {
    return [...names].filter((name) => {
      const view = open(name);
      const before = view.result;
      change(view, name);
      if (hello?.stale_since !== undefined) view.lose(LOST_ITS_STORE, hello.stale_since);
      holding.note(name, view.heldUntil);
      return view.result !== before;
    });
  }

  function onHello(next: WatchHello): ViewUpdate {
    if (next.resumed && hello?.catalog_id !== next.catalog_id)
      return gap('the registry resumed the stream from a catalog that is not known here; reading it anew');
    hello = next;
    inSync = false;
    told = new Set();
    return changed([]);
  }

  function onSnapshot(snapshot: WatchSnapshot, now: number): ViewUpdate {
    const { service_name: name } = snapshot;
    if (!everything && !views.has(name)) return changed([]);
    if (!inSync) told.add(name);
    const warmingAt = hello?.warming === true ? now : undefined;
    return changed(changing([name], (view) => view.replace(snapshot, warmingAt)));
  }

  function onDelta(delta: WatchDelta): ViewUpdate {
    const { service_name: name, prev_revision: prevRevision } = delta;
    if (!views.has(name)) {
      if (!everything) return changed([]);
      // Forgotten here when it became empty: the set that this change follows on is known to be empty.
      open(name).replace({ revision: prevRevision, instances: [] }, undefined);
    }
    if (!inSync) told.add(name);
    let missed: ViewUpdate | undefined;
    const names = changing([name], (view) => {
      if (!view.change(delta)) missed = gap(`${name}: ${prevRevision} does not follow on ${view.revision}`);
    });
    forgetEmpty(names);
    return missed ?? changed(names);
  }

  function onSynced(revision: number, now: number): ViewUpdate {
    rest.synced(revision);
    if (hello?.stale_since !== undefined) rest.lose(LOST_ITS_STORE, hello.stale_since);
    if (inSync) return changed([]);
    inSync = true;
    const { warming = false, resumed = false } = hello ?? {};
    if (everything) restored.clear();
    const names = changing(opened === '*' ? views.keys() : opened, (view, name) => {
      if (resumed || told.has(name)) view.confirm(warming);
      else view.replace({ revision, instances: [] }, warming ? now : undefined);
    });
    told = new Set();
    forgetEmpty(names);
    return changed(names);
  }

  /** With `*`, no memory is spent on the empty services that nobody asked for: `rest` says what there is to say. */
  function forgetEmpty(names: readonly string[]): void {
    if (!everything) return;
    for (const name of names)
      if (!followed.has(name) && views.get(name)?.isEmpty === true) {
        views.delete(name);
        holding.note(name, undefined);
      }
  }

  return {
    follow(serviceName) {
      if (followed.has(serviceName)) return false;
      followed.add(serviceName);
      open(serviceName);
      return true;
    },
    current: (serviceName) => views.get(serviceName)?.result ?? rest.of(serviceName),
    get names() {
      return [...views.keys()];
    },
    get synced() {
      if (everything) return rest.known;
      return [...views].every(
        ([name, view]) => 'snapshot' in view.result && view.result !== restored.get(name),
      );
    },
    get staleSince() {
      let first: number | undefined;
      for (const { result } of views.values())
        if (result.state === 'stale' && (first === undefined || result.since < first)) first = result.since;
      return first;
    },
    restore(snapshots, since) {
      for (const snapshot of snapshots) {
        restored.set(snapshot.serviceName, { state: 'stale', snapshot, since });
        if (everything) open(snapshot.serviceName);
      }
    },
    get nextRelease() {
      return holding.nextRelease;
    },
    opening(services) {
      opened = services;
    },
    refuse: (services, failure, at) => changing(services, (view) => view.lose(failure, at)),

    apply(event, now) {
      switch (event.type) {
        case 'hello':
          return onHello(event.data);
        case 'snapshot':
          return onSnapshot(event.data, now);
        case 'delta':
          return onDelta(event.data);
        case 'synced':
          return onSynced(event.data.revision, now);
      }
    },
    lose(failure, at) {
      rest.lose(failure, at);
      return changing(views.keys(), (view) => view.lose(failure, at));
    },
    release(now) {
      const names = changing(holding.take(), (view) => view.release(now));
      forgetEmpty(names);
      return names;
    },
  };
}

const LOST_ITS_STORE = { code: 'REGISTRY_DETACHED', message: 'the registry has lost its store' };

function changed(services: readonly string[]): ViewUpdate {
  return { kind: 'changed', services };
}

function gap(message: string): ViewUpdate {
  return { kind: 'gap', failure: { code: 'REVISION_GAP', message } };
}
