import type { Clock } from '../ports/clock';
import type { DrainReference } from '../ports/replica-group';
import type { ReplicaDrains } from '../replica-drains';
import type { ChangeFeed } from '../watch/change-feed';
import type { SubscriberAcknowledgements } from '../watch/subscriber-acknowledgements';

export interface AwaitAcknowledgementsDeps {
  readonly acknowledgements: SubscriberAcknowledgements;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  readonly drains: ReplicaDrains;
}

/** What is to be acknowledged. */
export interface Acknowledgeable extends DrainReference {
  /** Whether there is still something to wait for: the instance may leave the list meanwhile. */
  readonly isPending: () => boolean;
}

/** How long somebody waits. */
export interface AcknowledgementWait {
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Told of each subscriber that acknowledges while it is waited for. */
  readonly onAcknowledged?: (subscriber: string) => void;
}

/**
 * Resolves once every subscriber of the service has acknowledged, at whichever replica, when there is nothing to wait for any more, when
 * `waitMs` is over, or when `signal` aborts because the caller has gone.
 */
export function awaitAcknowledgements(
  { acknowledgements, feed, clock, drains }: AwaitAcknowledgementsDeps,
  { isPending, ...drain }: Acknowledgeable,
  { waitMs, signal, onAcknowledged }: AcknowledgementWait,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { serviceName, revision } = drain;
  const deadline = clock.moment().now + waitMs;
  const missing = new Set(acknowledgements.of(serviceName, revision).missing);

  return new Promise((resolve) => {
    let cancel = (): void => undefined;
    const unfollow = [
      // One of them at a time: that all of them answer at once is what is hoped for.
      acknowledgements.onChange((subscriber) => {
        const standing = acknowledgements.standingOf(subscriber, serviceName, revision);
        if (standing === 'missing') missing.add(subscriber);
        else if (missing.delete(subscriber) && standing === 'acked') onAcknowledged?.(subscriber);
        look();
      }),
      feed.follow(new Set([serviceName]), look),
      drains.onChange(look),
    ];
    signal.addEventListener('abort', done, { once: true });
    look();

    function look(): void {
      cancel();
      const forgottenAt = acknowledgements.forgetAbsent(clock.moment().now) ?? Infinity;
      const { now } = clock.moment();
      const { subscribersKnownAt, isShared } = drains;
      const isKnown = now >= subscribersKnownAt;
      const mayBeComplete = isKnown && (isShared || missing.size === 0);
      if ((mayBeComplete && drains.isComplete(drain)) || now >= deadline || !isPending()) return done();
      const nextAt = Math.min(deadline, forgottenAt, isKnown ? Infinity : subscribersKnownAt);
      cancel = clock.after(nextAt - now, look);
    }

    function done(): void {
      cancel();
      for (const stop of unfollow) stop();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
