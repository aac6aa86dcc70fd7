import type { AcknowledgeRequest } from '@rollcall/contracts';
import type { Clock } from '../ports/clock';
import type { ChangeFeed } from '../watch/change-feed';
import type { SubscriberRoll } from '../watch/subscriber-roll';

export interface AcknowledgeDeps {
  readonly roll: SubscriberRoll;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
}

/** Notes up to where a subscriber has acknowledged, if it is who it says it is. */
export function acknowledge(
  { roll, feed, clock }: AcknowledgeDeps,
  { subscriber, stream_secret: secret, revision, goodbye }: AcknowledgeRequest,
): 'noted' | 'unknown' | 'wrong_secret' {
  return roll.acknowledge(
    {
      subscriber,
      secret,
      // Nobody has seen what has not happened yet: drains to come are to be waited for all the same.
      revision: Math.min(revision, feed.revision),
      isGoodbye: goodbye === true,
    },
    clock.moment().now,
  );
}
