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
  if (other === '*' || other.size > list.size) return false;
  for (const name of other) if (!list.has(name)) return false;
  return true;
}

/** Of these names, those that the list does not have yet; of everything there is none. */
export function newOn(list: WatchList, names: Iterable<string>): string[] {
  return list === '*' ? [] : Array.from(names).filter((name) => !list.has(name));
}
