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
const DRAIN_SHARE = 0.5;
/** For the deregistration, after all has been served, milliseconds. */
const DEREGISTRATION_MS = 2000;

/**
 * The shutdown of a gateway, in the order that loses no request: callers stop being sent here, then what is in flight is
 * finished, then the gateway is deregistered. A registry that answers late delays it, within the time-out, and stops nothing.
 */
export async function shutDownGracefully(options: GracefulShutdownOptions): Promise<void> {
  const { announcement, traffic, timeoutMs, lingerMs, now } = options;
  const beganAt = now();
  const leftOf = (wholeMs: number): number => Math.max(0, wholeMs - (now() - beganAt));

  traffic.drain();
  const drained = deferred();
  const idle = deferred();
  const deregistered = announcement.stop(() => {
    drained.resolve();
    return idle.promise;
  });
  await within(timeoutMs * DRAIN_SHARE, Promise.race([drained.promise, deregistered]));
  await traffic.stop({ lingerMs: leftOf(lingerMs), timeoutMs: leftOf(timeoutMs) });
  idle.resolve();
  await within(DEREGISTRATION_MS, deregistered);
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
