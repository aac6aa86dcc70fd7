import type { Resolved } from '../catalog/decisions/reference';
import type { NeededScope } from './scope';

/** What it takes to speak for an instance: the word of an older life needs what the newer one's does. */
export function writeScopeOf(resolved: Resolved): NeededScope {
  return resolved.kind === 'unknown' ? 'write' : `write:${resolved.entry.record.registration.serviceName}`;
}
