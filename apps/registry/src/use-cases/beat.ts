import type { Entry } from '../catalog/entry';
import { applyEvent, type ApplyEventDeps } from './apply-event';

/**
 * An instance has shown that it lives, by a heartbeat or by registering once more as what it is.
 *
 * @param by who says so: a caller's identity
 */
export async function beat(
  deps: ApplyEventDeps,
  entry: Entry,
  status: 'up' | 'starting' | undefined,
  by: string,
): Promise<void> {
  // Noted before anything is waited for: the lease must not end while a store is slow.
  deps.catalog.heard(entry, deps.clock.moment());
  await applyEvent(deps, entry, { type: 'heartbeat', ...(status === undefined ? {} : { status }) }, by);
}
