/**
 * Who of a service went on a presumption within the last lease, so that a service which is lost one by one is
 * noticed before the last one has gone. By address: who is back has not gone.
 */
export interface RecentDepartures {
  note(serviceName: string, url: string, departure: { readonly at: number; readonly leaseMs: number }): void;
  isBack(serviceName: string, url: string): void;
  count(serviceName: string, now: number): number;
  /** Forgets those whose lease would have ended by now, of every service. */
  forget(now: number): void;
}

export function createRecentDepartures(): RecentDepartures {
  const departures = new Map<string, Map<string, number>>();

  return {
    note(serviceName, url, { at, leaseMs }) {
      const ofService = departures.get(serviceName) ?? new Map<string, number>();
      departures.set(serviceName, ofService.set(url, at + leaseMs));
    },
    isBack(serviceName, url) {
      departures.get(serviceName)?.delete(url);
    },
    count(serviceName, now) {
      let count = 0;
      for (const until of departures.get(serviceName)?.values() ?? []) if (until > now) count += 1;
      return count;
    },
    forget(now) {
      for (const [serviceName, ofService] of departures) {
        for (const [url, until] of ofService) if (until <= now) ofService.delete(url);
        if (ofService.size === 0) departures.delete(serviceName);
      }
    },
  };
}
