import { createHmac, randomBytes } from 'node:crypto';
import type { Catalog } from '../catalog/catalog';

/** What a subscriber says of itself: that it is an instance. Only the names shown of it depend on it. */
export interface NameClaim {
  readonly instanceId: string;
  /** Whether its token may write that service; `*`, every service. Where no token is asked for it may. */
  readonly mayWrite: (serviceName: string) => boolean;
}

/** The name of a subscriber, as far as it is believed. */
export interface BelievedName {
  readonly instanceId: string;
  /** Absent when no such instance is listed, or several are. */
  readonly serviceName?: string;
}

/**
 * Believed is a token that may write the service of a listed instance of that id, which could register as it too, or that
 * may write every service. Asked when the name is shown: a process subscribes before it is registered.
 */
export function believedName(
  { named }: Pick<Catalog, 'named'>,
  { instanceId, mayWrite }: NameClaim,
): BelievedName | undefined {
  const serviceNames = named(instanceId)
    .map(({ record }) => record.registration.serviceName)
    .filter(mayWrite);
  const [serviceName, ...others] = serviceNames;
  if (serviceName !== undefined && others.length === 0) return { instanceId, serviceName };
  return serviceNames.length > 0 || mayWrite('*') ? { instanceId } : undefined;
}

/**
 * Pseudonyms of subscribers, which tell them apart and do not lead back to their ids: whoever knows a subscriber's id
 * could open a stream as it and acknowledge in its name. They change with a restart.
 */
export function createSubscriberAlias(): (subscriber: string) => string {
  const key = randomBytes(32);
  return (subscriber) =>
    `subscriber-${createHmac('sha256', key).update(subscriber).digest('hex').slice(0, 16)}`;
}
