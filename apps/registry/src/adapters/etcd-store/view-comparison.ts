import type { EtcdClient } from '@rollcall/etcd-client';
import type { EtcdKeys } from './etcd-keys';
import type { Progress } from './progress';

export interface ComparisonOptions {
  readonly client: Pick<EtcdClient, 'list'>;
  readonly keys: EtcdKeys;
  /** Every key with its revision, as the watch has told by now. */
  readonly keyRevisions: () => ReadonlyMap<string, number>;
  readonly progress: Progress;
}

/** Longest wait for the watch to get to where the list is. */
const CAUGHT_UP_WITHIN_MS = 10_000;

/**
 * Keys of which the watch has not told what etcd has. It should tell everything, but etcd has had faults of this kind (issue
 * 18089: a compaction beside a deletion).
 *
 * @throws EtcdError
 */
export async function differingKeys(options: ComparisonOptions): Promise<readonly string[]> {
  const differing = await keysThatDiffer(options);
  if (differing.length === 0) return [];
  // A key that was deleted between the list and the comparison seemed to differ, too.
  const still = new Set(await keysThatDiffer(options));
  return differing.filter((key) => still.has(key));
}

async function keysThatDiffer(options: ComparisonOptions): Promise<readonly string[]> {
  const { client, keys, keyRevisions, progress } = options;
  const { revision, keyValues } = await client.list({ prefix: keys.catalog }, { keysOnly: true });
  if (!(await progress.until(() => progress.position >= revision, CAUGHT_UP_WITHIN_MS))) return [];
  const known = keyRevisions();
  const there = new Map(keyValues.map(({ key, modRevision }) => [key, modRevision]));
  const missing = [...there].filter(([key, at]) => (known.get(key) ?? 0) < at);
  // What has changed since the list says nothing.
  const outdated = [...known].filter(([key, at]) => at <= revision && there.get(key) !== at);
  return [...new Set([...missing, ...outdated].map(([key]) => key))];
}
