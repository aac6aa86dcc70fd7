import type { ProposedChange } from '../../catalog/changes/change';

/**
 * The changes that nobody has been told of yet. Who decides on the catalog without knowing of one of them decides
 * wrongly if it concerns the same instance or the same address.
 */
export interface ChangesUnderWay {
  readonly size: number;
  /** Resolves, and never rejects, once a change that stands in the way is settled; `undefined` if none does. */
  inTheWayOf(change: ProposedChange): Promise<void> | undefined;
  /** Answers what is to be called once the change is final, or has failed. */
  begin(change: ProposedChange): () => void;
}

export function createChangesUnderWay(): ChangesUnderWay {
  const settledByKey = new Map<string, Promise<void>>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    inTheWayOf(change) {
      for (const key of keysOf(change)) {
        const settled = settledByKey.get(key);
        if (settled !== undefined) return settled;
      }
      return undefined;
    },
    begin(change) {
      const keys = keysOf(change);
      let settle = (): void => undefined;
      const settled = new Promise<void>((resolve) => (settle = resolve));
      for (const key of keys) settledByKey.set(key, settled);
      size += 1;
      return () => {
        for (const key of keys) settledByKey.delete(key);
        size -= 1;
        settle();
      };
    },
  };
}

/** What no two changes may touch at once. A line break is neither in an id nor in a name. */
function keysOf({ serviceName, put, remove }: ProposedChange): readonly string[] {
  return [
    ...remove,
    ...put.flatMap(({ instanceId, registration }) => [instanceId, `${serviceName}\n${registration.url}`]),
  ];
}
