import { EtcdError, type EtcdClient, type KeyValue } from '@rollcall/etcd-client';
import type { CommittedChange } from '../../catalog/changes/change';
import type { StoredService } from '../../catalog/stored-catalog';
import type { CatalogIdentity } from './catalog-identity';
import { createCatalogView, type CatalogView } from './catalog-view';
import type { EtcdKeys } from './etcd-keys';

/** The catalog as it is, and its latest changes: watchers who were away while they happened go on from them. */
export interface LoadedCatalog {
  readonly view: CatalogView;
  /** Before `recent`. */
  readonly services: readonly StoredService[];
  /** Of `services`. */
  readonly revision: number;
  readonly recent: readonly CommittedChange[];
  /** The revision after which the catalog has to be watched. */
  readonly position: number;
}

/** As many as watch streams can resume from. Revisions of the group are among them, so it may be fewer changes. */
const RECENT_REVISIONS = 10_000;
/** A compaction may overtake the reading. */
const ATTEMPTS = 3;
/** A watch of history that tells nothing for so long is given up: a member that lags may not know of the compaction yet. */
const SILENCE_MS = 6000;

/**
 * Lists the catalog as it was some thousand revisions ago and reads what came then, so that a replica that restarts has the
 * history that its watchers ask for. Where etcd has kept less, that history is shorter.
 *
 * @throws EtcdError
 */
export async function loadCatalog(client: EtcdClient, keys: EtcdKeys): Promise<LoadedCatalog> {
  let from = Math.max(1, (await client.revision()) - RECENT_REVISIONS);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const loaded = await loadFrom(client, keys, from);
    if (typeof loaded !== 'number') return loaded;
    from = loaded;
  }
  return await listNow(client, keys);
}

async function listNow(client: EtcdClient, keys: EtcdKeys): Promise<LoadedCatalog> {
  const { revision: position, keyValues } = await client.list({ prefix: keys.catalog });
  const view = createCatalogView(keys, keyValues);
  return { view, services: view.services(), revision: view.revision, recent: [], position };
}

/** @returns the revision to try again from, when the history is not kept from there on, or the reading was interrupted */
async function loadFrom(client: EtcdClient, keys: EtcdKeys, from: number): Promise<LoadedCatalog | number> {
  const listed = await client.list({ prefix: keys.catalog }, { revision: from }).catch(unlessCompacted);
  if (listed === undefined) return compactedTo(client, keys, from);
  const view = createCatalogView(keys, listed.keyValues);
  const services = view.services();
  const { revision } = view;
  const there = await client.list({ prefix: keys.catalog }, { keysOnly: true });
  const latest = there.keyValues.reduce((highest, { modRevision }) => Math.max(highest, modRevision), 0);
  const position = there.revision;
  const history = latest > from ? await replay(client, keys, view, { from, to: latest }) : [];
  if (typeof history === 'number') return history;
  // Not what the changes have made of it: keys were put or deleted by hand.
  if (history === 'irregular' || !isSame(view.keyRevisions, there.keyValues)) return listNow(client, keys);
  return { view, services, revision, recent: history, position };
}

/** @returns the changes; a revision as `loadFrom` does */
function replay(
  client: EtcdClient,
  keys: EtcdKeys,
  view: CatalogView,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly CommittedChange[] | 'irregular' | number> {
  const changes: CommittedChange[] = [];
  let isRegular = true;
  return new Promise((resolve) => {
    const watch = client.watch(
      { range: { prefix: keys.catalog }, from: from + 1, silenceMs: SILENCE_MS },
      {
        changed(change) {
          const applied = view.apply(change);
          if (applied === 'irregular') isRegular = false;
          else if (applied !== undefined) changes.push(applied);
          if (change.revision < to) return;
          watch.close();
          resolve(isRegular ? changes : 'irregular');
        },
        interrupted() {
          watch.close();
          resolve(from);
        },
        lost: (loss) => resolve(loss.kind === 'compacted' ? loss.compactRevision : from),
      },
    );
  });
}

function isSame(known: ReadonlyMap<string, number>, there: readonly KeyValue[]): boolean {
  return known.size === there.length && there.every(({ key, modRevision }) => known.get(key) === modRevision);
}

function unlessCompacted(error: unknown): undefined {
  if (!(error instanceof EtcdError && error.kind === 'compacted')) throw error;
}

/** etcd tells only a watch how far it was compacted. */
function compactedTo(client: EtcdClient, keys: EtcdKeys, from: number): Promise<number> {
  return new Promise((resolve) => {
    const watch = client.watch(
      { range: { key: keys.meta }, from, silenceMs: SILENCE_MS },
      {
        changed: () => undefined,
        interrupted() {
          watch.close();
          resolve(from);
        },
        lost: (loss) => resolve(loss.kind === 'compacted' ? loss.compactRevision : from),
      },
    );
  });
}

/** Everything as it is at one revision. */
export interface Listing {
  readonly revision: number;
  readonly inCatalog: readonly KeyValue[];
  readonly inGroup: readonly KeyValue[];
}

/** @throws EtcdError; Error when the catalog has become another one since it was identified */
export async function listAll(
  client: EtcdClient,
  keys: EtcdKeys,
  identity: CatalogIdentity,
): Promise<Listing> {
  const { revision, keyValues } = await client.list({ prefix: keys.all });
  const meta = keyValues.find(({ key }) => key === keys.meta);
  if (meta === undefined || meta.modRevision > identity.revision)
    throw new Error('the identity of the catalog has changed meanwhile');
  return {
    revision,
    inCatalog: keyValues.filter(({ key }) => key.startsWith(keys.catalog)),
    inGroup: keyValues.filter(({ key }) => key.startsWith(keys.group)),
  };
}
