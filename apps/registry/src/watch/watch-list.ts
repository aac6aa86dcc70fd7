import type { WatchQuery } from '@rollcall/contracts';

/** Which services a reader follows: those names, or every one there is and will be. */
export type WatchList = '*' | ReadonlySet<string>;

export function watchListOf(services: WatchQuery['services']): WatchList {
  return services === '*' ? '*' : new Set(services);
}

export function concerns(list: WatchList, serviceName: string): boolean {
  return list === '*' || list.has(serviceName);
}

/** Whether everything on `other` is on the list as well. */
export function coversList(list: WatchList, other: WatchList): boolean {
  if (list === '*') return true;
  return other !== '*' && Array.from(other).every((name) => list.has(name));
}
