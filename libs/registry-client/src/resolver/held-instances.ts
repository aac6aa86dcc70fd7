import type { Instance } from '@rollcall/contracts';

/** An instance that a registry which started empty does not list yet. */
export interface HeldInstance {
  readonly instance: Instance;
  /** When it is let go of unless it was confirmed, milliseconds on the monotonic clock. */
  readonly until: number;
}

/** Stands in for the lease of an instance that has none. */
const LEASE_MS = 30_000;

/**
 * What to hold on to when a warming registry's set takes the place of what was known: whatever is not in it yet, by
 * id or by address. Each for one lease from the first time it was missed: by then it has registered again, or has gone.
 */
export function holdMissing(
  known: readonly Instance[],
  held: readonly HeldInstance[],
  listed: readonly Instance[],
  now: number,
): readonly HeldInstance[] {
  const isListed = listedTest(listed);
  const alreadyHeld = new Map(held.map((holding) => [holding.instance.instance_id, holding]));
  return known
    .filter((instance) => !isListed(instance))
    .map((instance) => alreadyHeld.get(instance.instance_id) ?? { instance, until: now + leaseMs(instance) });
}

/** What is still held on to once these are listed. */
export function stillMissing(
  held: readonly HeldInstance[],
  listed: readonly Instance[],
): readonly HeldInstance[] {
  if (held.length === 0) return held;
  const isListed = listedTest(listed);
  return held.filter(({ instance }) => !isListed(instance));
}

function listedTest(listed: readonly Instance[]): (instance: Instance) => boolean {
  const ids = new Set(listed.map((instance) => instance.instance_id));
  const urls = new Set(listed.map((instance) => instance.url));
  return (instance) => ids.has(instance.instance_id) || urls.has(instance.url);
}

function leaseMs(instance: Instance): number {
  return instance.ttl_seconds > 0 ? instance.ttl_seconds * 1000 : LEASE_MS;
}
