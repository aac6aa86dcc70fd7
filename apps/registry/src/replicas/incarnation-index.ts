import type { Catalog } from '../catalog/catalog';
import type { CommittedChange } from '../catalog/changes/change';
import type { Entry } from '../catalog/entry';

/** Listed instances by their epochs, by which replicas speak of them. */
export interface IncarnationIndex {
  /** To be told of every change once the catalog has applied it, and of what the catalog began with. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put'>): void;
  of(epoch: number): Entry | undefined;
}

/** Those who are gone are forgotten when they are about as many as those who are listed. */
const FEW = 1000;

export function createIncarnationIndex(
  catalog: Pick<Catalog, 'entry' | 'isListed' | 'instanceCount'>,
): IncarnationIndex {
  const entries = new Map<number, Entry>();

  return {
    follow({ serviceName, put }) {
      for (const { instanceId, epoch } of put) {
        const entry = catalog.entry(serviceName, instanceId);
        if (entry !== undefined) entries.set(epoch, entry);
      }
      if (entries.size > FEW + 2 * catalog.instanceCount)
        for (const [epoch, entry] of entries) if (!catalog.isListed(entry)) entries.delete(epoch);
    },
    of(epoch) {
      const entry = entries.get(epoch);
      return entry !== undefined && catalog.isListed(entry) ? entry : undefined;
    },
  };
}
