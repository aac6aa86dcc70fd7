import type { Announcement } from '@rollcall/registered-service';

export interface GracefulShutdownOptions {
  readonly announcement: Pick<Announcement, 'stop'>;
  /** Whoever carries the traffic. */
  readonly traffic: {
    drain(): void;
    stop(limits: { readonly lingerMs: number; readonly timeoutMs: number }): Promise<void>;
  };
  /** For everything together, milliseconds. */
  readonly timeoutMs: number;
  /** How long callers that ask no registry are still served, from the first moment, milliseconds. */
  readonly lingerMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Callers have to be told in this share of the time, so that some is left to finish what they have sent. */
const SHARE_FOR_THE_DRAIN = 0.5;
/** For the last word to the registry, after all has been served. */
const WITHDRAWAL_MS = 2000;

/**
 * A gateway's end, in the order that loses no request: nobody is sent here any more, then what is here is finished, then
 * the name is taken off the list. A registry that answers late delays it, within the time-out, and stops nothing.
 */
export async function shutDownGracefully(options: GracefulShutdownOptions): Promise<void> {
  const { announcement, traffic, timeoutMs, lingerMs, now } = options;
  const beganAt = now();
  const leftOf = (wholeMs: number): number => Math.max(0, wholeMs - (now() - beganAt));

  traffic.drain();
  const drained = deferred();
  const idle = deferred();
  const withdrawn = announcement.stop(() => {
    drained.resolve();
    return idle.promise;
  });
  await within(timeoutMs * SHARE_FOR_THE_DRAIN, Promise.race([drained.promise, withdrawn]));
  await traffic.stop({ lingerMs: leftOf(lingerMs), timeoutMs: leftOf(timeoutMs) });
  idle.resolve();
  await within(WITHDRAWAL_MS, withdrawn);
}

function deferred(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve: () => resolve() };
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
