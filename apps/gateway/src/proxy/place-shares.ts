/**
 * The places for held requests, and how many of them one service's callers may take.
 *
 * Shares by dynamic thresholds (Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998): a service may hold
 * no more places than are free. So one service whose callers wait gets half of them, two get a third each, and there is
 * always room for one whose instances went away only now; no share lies idle, and none has to be set. Within what a
 * service may still take, one caller gets at most three times what it leaves to the others.
 */
export interface PlaceShares {
  /** Takes a place. A service or caller that is over its share takes nothing from the others. */
  take(service: string, caller: string): 'taken' | 'service-over-share' | 'caller-over-share';
  /** Once for each place that was taken. */
  release(service: string, caller: string): void;
  /** How many places the callers of each service have taken. */
  byService(): ReadonlyMap<string, number>;
}

/** A single caller may be a load balancer that hides many; so it gets most, and never all. */
const CALLER_WEIGHT = 3;

export function createPlaceShares(capacity: number): PlaceShares {
  const byService = new Map<string, { taken: number; readonly byCaller: Map<string, number> }>();
  let taken = 0;

  return {
    take(service, caller) {
      const own = byService.get(service) ?? { taken: 0, byCaller: new Map<string, number>() };
      const left = capacity - taken - own.taken;
      if (left <= 0) return 'service-over-share';
      const callers = own.byCaller.get(caller) ?? 0;
      if (callers >= CALLER_WEIGHT * left) return 'caller-over-share';
      taken += 1;
      own.taken += 1;
      own.byCaller.set(caller, callers + 1);
      byService.set(service, own);
      return 'taken';
    },
    release(service, caller) {
      const own = byService.get(service);
      const callers = own?.byCaller.get(caller);
      if (own === undefined || callers === undefined) return;
      taken -= 1;
      own.taken -= 1;
      if (callers === 1) own.byCaller.delete(caller);
      else own.byCaller.set(caller, callers - 1);
      if (own.taken === 0) byService.delete(service);
    },
    byService: () => new Map(Array.from(byService, ([service, own]) => [service, own.taken])),
  };
}
