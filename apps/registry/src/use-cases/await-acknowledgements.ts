import type { Clock } from '../ports/clock';
import type { ChangeFeed } from '../watch/change-feed';
import type { SubscriberAcknowledgements } from '../watch/subscriber-acknowledgements';

export interface AwaitAcknowledgementsDeps {
  readonly acknowledgements: SubscriberAcknowledgements;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  /** From when on (monotonic milliseconds) the subscribers have had the time to find back to this registry. */
  readonly subscribersKnownAt: number;
}

/** The revision to acknowledge, and the subscribers that have to. */
export interface Acknowledgeable {
  readonly serviceName: string;
  readonly revision: number;
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
 * Resolves once every subscriber of the service has acknowledged, when there is nothing to wait for any more, when
 * `waitMs` is over, or when `signal` aborts because the caller has gone.
 */
export function awaitAcknowledgements(
  { acknowledgements, feed, clock, subscribersKnownAt }: AwaitAcknowledgementsDeps,
  { serviceName, revision, isPending }: Acknowledgeable,
  { waitMs, signal, onAcknowledged }: AcknowledgementWait,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const deadline = clock.moment().now + waitMs;
  const missing = new Set(acknowledgements.of(serviceName, revision).missing);

  return new Promise((resolve) => {
    let cancel = (): void => undefined;
    const unfollow = [
      // One of them at a time: that all of them answer at once is what is hoped for.
      acknowledgements.onChange((subscriber) => {
        if (acknowledgements.isMissing(subscriber, serviceName, revision)) missing.add(subscriber);
        else if (missing.delete(subscriber)) onAcknowledged?.(subscriber);
        look();
      }),
      feed.follow(new Set([serviceName]), look),
    ];
    signal.addEventListener('abort', done, { once: true });
    look();

    function look(): void {
      cancel();
      const forgottenAt = acknowledgements.forgetAbsent(clock.moment().now) ?? Infinity;
      const { now } = clock.moment();
      const isKnown = now >= subscribersKnownAt;
      if ((isKnown && missing.size === 0) || now >= deadline || !isPending()) return done();
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
