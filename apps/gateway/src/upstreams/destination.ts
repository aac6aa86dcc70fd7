import { createPicker, type Random } from '@rollcall/load-balancing';
import { trafficCandidates } from '@rollcall/registry-client';
import { announces } from '../routing/announcement';
import type { Route } from '../routing/route';
import type { Fleet } from './fleet';
import type { Upstream } from './upstream';

/** A route and those who serve it. Time is milliseconds, monotonic. */
export interface Destination extends Route {
  /** When the last instance that announced it was gone; `undefined` while one is there, and for the routes file. */
  readonly goneAt?: number;
  /** Every instance that serves this route, in whatever state. */
  members(): readonly Upstream[];
  /** Those that may get traffic by what the registry says; empty means that a request waits. */
  candidates(now: number): readonly Upstream[];
  /**
   * One of them that was not tried yet: an available one, else one that has refused lately and is worth a last try.
   */
  pick(tried: ReadonlySet<Upstream>, now: number): Upstream | undefined;
}

export interface DestinationOptions {
  readonly route: Route & { readonly goneAt?: number };
  readonly fleet: Fleet;
  readonly random: Random;
}

/** Worked out once and used until the fleet changes or an ejected instance is due, so that a pick costs the same for any number. */
interface Picture {
  readonly version: number;
  readonly until: number;
  readonly candidates: readonly Upstream[];
  readonly available: readonly Upstream[];
}

export function createDestination({ route, fleet, random }: DestinationOptions): Destination {
  const picker = createPicker<Upstream>(route.policy.picker, random);
  let picture: Picture = { version: -1, until: -Infinity, candidates: [], available: [] };

  function members(): readonly Upstream[] {
    const all = fleet.of(route.service);
    return route.source === 'file' ? all : all.filter(({ instance }) => announces(instance, route));
  }

  function pictureAt(now: number): Picture {
    if (picture.version !== fleet.version || now >= picture.until)
      picture = draw(members(), fleet.version, now);
    return picture;
  }

  return {
    ...route,
    members,
    candidates: (now) => pictureAt(now).candidates,
    pick(tried, now) {
      const { available, candidates } = pictureAt(now);
      if (tried.size === 0) return picker.pick(available.length > 0 ? available : candidates);
      const untried = (list: readonly Upstream[]) => list.filter((upstream) => !tried.has(upstream));
      const left = untried(available);
      // Not by the picker: a shorter list would be a new one to it, and begin its turn anew for everybody.
      return randomOf(left.length > 0 ? left : untried(candidates), random);
    },
  };
}

function draw(members: readonly Upstream[], version: number, now: number): Picture {
  const byInstance = new Map(members.map((upstream) => [upstream.instance, upstream]));
  const candidates = trafficCandidates([...byInstance.keys()]).flatMap(
    (instance) => byInstance.get(instance) ?? [],
  );
  const available = candidates.filter((upstream) => upstream.isAvailable(now));
  const due = candidates.flatMap(({ availableAt }) =>
    availableAt !== undefined && availableAt > now ? [availableAt] : [],
  );
  return { version, until: Math.min(Infinity, ...due), candidates, available };
}

function randomOf<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}
