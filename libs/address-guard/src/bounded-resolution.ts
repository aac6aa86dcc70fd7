import type { ResolveName } from './resolve-name';

export interface BoundedResolutionOptions {
  readonly resolve: ResolveName;
  /** Milliseconds to wait for an answer. Too low lets names through unchecked; too high delays each registration. */
  readonly timeoutMs: number;
  /**
   * Concurrent look-ups. They cannot be cancelled and may take half a minute each when DNS is down: without a bound,
   * registrations during that time would pile them up.
   */
  readonly maxPending: number;
}

/** A name's addresses; `undefined` when they are not resolved in time. */
export type BoundedResolution = (name: string) => Promise<readonly string[] | undefined>;

export function createBoundedResolution(options: BoundedResolutionOptions): BoundedResolution {
  let pending = 0;

  async function addresses(name: string): Promise<readonly string[] | undefined> {
    pending += 1;
    try {
      return (await options.resolve(name, {})).map(({ address }) => address);
    } catch {
      return undefined;
    } finally {
      pending -= 1;
    }
  }

  return async (name) => {
    if (pending >= options.maxPending) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, options.timeoutMs, undefined);
    });
    try {
      return await Promise.race([addresses(name), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  };
}
