import { createHmac, randomBytes } from 'node:crypto';

/**
 * Names for subscribers that tell them apart and lead back to none: who knows a subscriber's id could open a stream as
 * it and acknowledge in its name. They are others after a restart.
 */
export function createSubscriberAlias(): (subscriber: string) => string {
  const key = randomBytes(32);
  return (subscriber) =>
    `subscriber-${createHmac('sha256', key).update(subscriber).digest('hex').slice(0, 16)}`;
}
