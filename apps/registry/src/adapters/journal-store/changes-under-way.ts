import type { ProposedChange } from '../../catalog/changes/change';
import { instanceKey } from '../../catalog/instance-index';

/**
 * The changes that nobody has been told of yet. Who decides on the catalog without knowing of one of them decides
 * wrongly if it concerns the same instance, the same address, or a path of another service.
 */
export interface ChangesUnderWay {
  readonly size: number;
  /** Resolves, and never rejects, once a change that stands in the way is settled; `undefined` if none does. */
  inTheWayOf(change: ProposedChange): Promise<void> | undefined;
  /** Answers what is to be called once the change is final, or has failed. Changes are settled in their order. */
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

/** What the change is about. A line break is neither in an id nor in a name nor in a path. */
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
 * What nobody else may be about meanwhile. Paths are compared without their hosts, and those of the same service too:
 * waiting costs one round, and a path given away twice could not be taken back.
 */
function forbiddenTo(change: ProposedChange): readonly string[] {
  const { serviceName, put, claims = [] } = change;
  const keys = instancesOf(change);
  for (const { pathPrefix } of claims) {
    keys.push(`path\n${pathPrefix}`, `inside\n${pathPrefix}`);
    for (const outer of around(pathPrefix)) keys.push(`path\n${outer}`);
  }
  // It was decided while the service held its paths.
  if (put.length > 0) keys.push(`released\n${serviceName}`);
  return keys;
}

function instancesOf({ serviceName, put, remove, overrides }: ProposedChange): string[] {
  return [
    // Each says what all of them are from then on.
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
