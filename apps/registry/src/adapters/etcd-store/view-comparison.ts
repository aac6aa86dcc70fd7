import type { EtcdClient } from '@rollcall/etcd-client';
import type { CatalogView } from './catalog-view';
import type { EtcdKeys } from './etcd-keys';
import type { Progress } from './progress';

export interface ComparisonOptions {
  readonly client: Pick<EtcdClient, 'list'>;
  readonly keys: EtcdKeys;
  readonly view: Pick<CatalogView, 'keyRevisions'>;
  readonly progress: Progress;
}

/** Longest wait for the watch to get to where the list is. */
const CAUGHT_UP_WITHIN_MS = 10_000;

/**
 * Keys of which the watch has not told what etcd has. It should tell everything, but etcd has had faults of this kind (issue
 * 18089: a compaction beside a deletion). A key that is deleted between the list and the comparison is among them, too.
 *
 * @throws EtcdError
 */
export async function differingKeys(options: ComparisonOptions): Promise<readonly string[]> {
  const { client, keys, view, progress } = options;
  const { revision, keyValues } = await client.list({ prefix: keys.catalog }, { keysOnly: true });
  if (!(await progress.until(() => progress.position >= revision, CAUGHT_UP_WITHIN_MS))) return [];
  const known = view.keyRevisions;
  const there = new Map(keyValues.map(({ key, modRevision }) => [key, modRevision]));
  const missing = [...there].filter(([key, at]) => (known.get(key) ?? 0) < at);
  // What has changed since the list says nothing.
  const outdated = [...known].filter(([key, at]) => at <= revision && there.get(key) !== at);
  return [...new Set([...missing, ...outdated].map(([key]) => key))];
}
