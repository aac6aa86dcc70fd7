import type { ProposedChange } from '../catalog/changes/change';
import { instanceKey } from '../catalog/instance-index';

/**
 * Changes that are being written. A decision that does not know one of them is wrong if it is about the same instance, the
 * same address, or a path of another service.
 */
export interface ChangesUnderWay {
  readonly size: number;
  /** Resolves, and never rejects, once a conflicting change is settled; `undefined` if there is none. */
  inTheWayOf(change: ProposedChange): Promise<void> | undefined;
  /** @returns has to be called once the change is final, or has failed. Changes are settled in their order. */
  begin(change: ProposedChange): () => void;
}

export function createChangesUnderWay(): ChangesUnderWay {
  /** By key, the latest change that touches it: once that is settled, so are the earlier ones. */
  const settledByKey = new Map<string, Promise<void>>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    inTheWayOf(change) {
      for (const key of forbiddenTo(change)) {
        const settled = settledByKey.get(key);
        if (settled !== undefined) return settled;
      }
      return undefined;
    },
    begin(change) {
      const keys = touchedBy(change);
      let settle = (): void => undefined;
      const settled = new Promise<void>((resolve) => (settle = resolve));
      for (const key of keys) settledByKey.set(key, settled);
      size += 1;
      return () => {
        for (const key of keys) if (settledByKey.get(key) === settled) settledByKey.delete(key);
        size -= 1;
        settle();
      };
    },
  };
}

/** Whether the second of them was decided without knowing what it should have known. */
export function isInTheWay(first: ProposedChange, second: ProposedChange): boolean {
  const touched = new Set(touchedBy(first));
  return forbiddenTo(second).some((key) => touched.has(key));
}

/** Keys of what the change is about. Ids, names and paths contain no line break. */
function touchedBy(change: ProposedChange): readonly string[] {
  const { serviceName, claims = [], released = [] } = change;
  const keys = instancesOf(change);
  for (const { pathPrefix } of claims) {
    keys.push(`path\n${pathPrefix}`);
    for (const outer of around(pathPrefix)) keys.push(`inside\n${outer}`);
  }
  if (released.length > 0) keys.push(`released\n${serviceName}`);
  return keys;
}

/**
 * Keys that no concurrent change may have. Paths are compared without their hosts, also those of the same service: waiting
 * costs one round, and a path that was given to two services could not be taken back.
 */
function forbiddenTo(change: ProposedChange): readonly string[] {
  const { serviceName, put, claims = [] } = change;
  const keys = instancesOf(change);
  for (const { pathPrefix } of claims) {
    keys.push(`path\n${pathPrefix}`, `inside\n${pathPrefix}`);
    for (const outer of around(pathPrefix)) keys.push(`path\n${outer}`);
  }
  // The change was decided while the service held its paths.
  if (put.length > 0) keys.push(`released\n${serviceName}`);
  return keys;
}

function instancesOf({ serviceName, put, remove, overrides }: ProposedChange): string[] {
  return [
    // Each change holds all claims of the service from then on.
    ...(overrides === undefined ? [] : [`overrides\n${serviceName}`]),
    ...remove.map((instanceId) => instanceKey(serviceName, instanceId)),
    ...put.flatMap(({ instanceId, registration }) => [
      instanceKey(serviceName, instanceId),
      `${serviceName}\n${registration.url}`,
    ]),
  ];
}

/** `/a/b` lies in `/a` and in `/`. */
function* around(pathPrefix: string): Generator<string, void> {
  if (pathPrefix === '/') return;
  for (let end = pathPrefix.lastIndexOf('/'); end > 0; end = pathPrefix.lastIndexOf('/', end - 1))
    yield pathPrefix.slice(0, end);
  yield '/';
}
