/** For whom a place is taken. Unknown dimensions, and those that do not tell callers apart, are absent. */
export interface Holder {
  /** The name of a token. */
  readonly identity?: string | undefined;
  /** A network address, or the network of a single party. */
  readonly address?: string | undefined;
  readonly service?: string | undefined;
}

export type Dimension = keyof Holder;

/** `full`: no place is left. A dimension: its holder has its fair share, as many as are left for all others. */
export type ShareVerdict = 'free' | 'full' | Dimension;

/**
 * The places of a bounded resource in fair shares, so that no single holder can take all of them. A holder gets another
 * place as long as it has fewer than are free: alone it gets half, of two greedy ones each gets a third, and some are
 * always left for the next one. (Dynamic thresholds, as switches share their buffers: A. K. Choudhury and
 * E. L. Hahne, IEEE/ACM Transactions on Networking 6(2), 1998.) Fixed quotas would either leave places unused, or
 * let a few holders together take everything.
 */
export interface Shares {
  readonly bound: number;
  readonly taken: number;
  /** Whether the holder may take that many places; default 1. */
  verdict(holder: Holder, places?: number): ShareVerdict;
  /** Takes the places, whatever the verdict. @returns releases them, once */
  take(holder: Holder, places?: number): () => void;
}

/** @param options.fair `false`: first come, first served */
export function createShares({ bound, fair }: { readonly bound: number; readonly fair: boolean }): Shares {
  const held: Readonly<Record<Dimension, Map<string, number>>> = {
    identity: new Map(),
    address: new Map(),
    service: new Map(),
  };
  let taken = 0;

  function count(holder: Holder, places: number): void {
    taken += places;
    for (const dimension of DIMENSIONS) {
      const name = holder[dimension];
      if (name === undefined) continue;
      const left = (held[dimension].get(name) ?? 0) + places;
      if (left === 0) held[dimension].delete(name);
      else held[dimension].set(name, left);
    }
  }

  return {
    bound,
    get taken() {
      return taken;
    },
    verdict(holder, places = 1) {
      const free = bound - taken;
      if (free < places) return 'full';
      if (!fair) return 'free';
      const over = DIMENSIONS.find((dimension) => {
        const name = holder[dimension];
        const has = name === undefined ? 0 : (held[dimension].get(name) ?? 0);
        // So that the first one of a bound of one or two is not refused for its own share.
        return has > 0 && has + places > free;
      });
      return over ?? 'free';
    },
    take(holder, places = 1) {
      count(holder, places);
      let isHeld = true;
      return () => {
        if (isHeld) count(holder, -places);
        isHeld = false;
      };
    },
  };
}

const DIMENSIONS: readonly Dimension[] = ['identity', 'address', 'service'];
