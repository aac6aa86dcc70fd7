/** Whom a place is taken for. What is not known, or says nothing of who it is, is left out. */
export interface Holder {
  /** The name of a token. */
  readonly identity?: string | undefined;
  /** A network address, or a network that one party has to itself. */
  readonly address?: string | undefined;
  readonly service?: string | undefined;
}

export type Dimension = keyof Holder;

/** `full`: there is no place left for anybody. A dimension: its holder has as many as are left for everybody else. */
export type RoomVerdict = 'room' | 'full' | Dimension;

/**
 * The places of one bounded thing, divided so that nobody can take them all. A holder gets another one as long as it
 * has fewer than are free: alone it gets half, of two that take all they can each gets a third, and there is always
 * something left for whoever comes next. (Dynamic thresholds, as switches share their buffers: A. K. Choudhury and
 * E. L. Hahne, IEEE/ACM Transactions on Networking 6(2), 1998.) Fixed quotas would either leave places empty, or let
 * a few who work together have everything.
 */
export interface Shares {
  readonly bound: number;
  readonly taken: number;
  /** Whether that one may take a place, or so many of them. */
  verdict(holder: Holder, places?: number): RoomVerdict;
  /** Takes them, whatever the verdict. @returns what gives them back, once */
  take(holder: Holder, places?: number): () => void;
}

/** @param options.fair `false`: the places are for whoever comes first */
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
      if (!fair) return 'room';
      const over = DIMENSIONS.find((dimension) => {
        const name = holder[dimension];
        const has = name === undefined ? 0 : (held[dimension].get(name) ?? 0);
        // So that the first one of a bound of one or two is not refused for its own share.
        return has > 0 && has + places > free;
      });
      return over ?? 'room';
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
