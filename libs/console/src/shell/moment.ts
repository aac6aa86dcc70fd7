import { computed, effect, signal } from '@preact/signals';
import type { CatalogEvent, TrafficResponse } from '@rollcall/contracts';
import { catalogAt } from '../events/past-catalog';
import type { Catalog } from '../state/catalog';
import { readMoment } from '../state/place';
import { trafficAt } from '../state/past-traffic';
import { catalog, isSynced, source, traffic } from '../state/store';
import { NO_TRAFFIC } from '../state/traffic';
import { LONGEST_PAST_MS } from '../state/traffic-series';
import { choices } from './navigation';

/** What is needed to tell the past, all of one moment: the events go back from this catalog. */
interface Past {
  readonly askedAt: number;
  readonly catalog: Catalog;
  readonly events: readonly CatalogEvent[];
  /** From when on the registry's events are known. */
  readonly since: number;
  readonly traffic: TrafficResponse | undefined;
  readonly fault: string | undefined;
}

/** The moment that is looked at, epoch milliseconds; `undefined`: the present. */
export const moment = computed(() => readMoment(choices.value['at']));

const past = signal<Past | undefined>(undefined);
const known = computed(() => (moment.value === undefined ? undefined : past.value));

/** As it was at the moment that is looked at, or is now. */
export const shownCatalog = computed(() => {
  const [at, from] = [moment.value, known.value];
  return at === undefined || from === undefined ? catalog.value : catalogAt(from.catalog, from.events, at);
});

const pastTraffic = computed(() => {
  const [at, answer] = [moment.value, known.value?.traffic];
  return at === undefined || answer === undefined ? undefined : trafficAt(answer, at);
});

/** What flowed at the moment that is looked at, or flows now. Of a moment of which none is kept, nothing. */
export const shownTraffic = computed(() =>
  moment.value === undefined ? traffic.value : (pastTraffic.value ?? { ...NO_TRAFFIC, on: traffic.value.on }),
);

/** What the past can be told of: said above the pages. */
export const pastKept = computed(() => {
  const [at, from] = [moment.value, known.value];
  if (at === undefined) return undefined;
  return {
    at,
    isKnown: from !== undefined,
    fault: from?.fault,
    hasTraffic: pastTraffic.value !== undefined,
    /** The registry's events begin only later. */
    isBeforeEvents: from !== undefined && at < from.since,
  };
});

/** Asks for the past when a moment is chosen that is not known yet. What it returns ends that. */
export function followMoment(): () => void {
  return effect(() => {
    const [at, registry] = [moment.value, source.value?.registry];
    const now = past.peek();
    if (at === undefined) {
      past.value = undefined;
      return undefined;
    }
    // Told backwards from an incomplete catalog it would be no past.
    if (registry === undefined || !isSynced.value) return undefined;
    if (now !== undefined && at <= now.askedAt && at >= now.since) return undefined;
    let isWanted = true;
    const before = catalog.peek();

    async function ask(): Promise<void> {
      if (registry === undefined || at === undefined) return;
      const [answer, { events, isWhole, fault }] = await Promise.all([
        registry.traffic({ windowMs: LONGEST_PAST_MS }),
        registry.eventsSince(at),
      ]);
      if (!isWanted) return;
      past.value = {
        askedAt: answer.ok ? answer.value.at : at,
        catalog: before,
        events,
        since: isWhole ? Math.min(at, events.at(-1)?.at ?? at) : (events.at(-1)?.at ?? Infinity),
        traffic: answer.ok ? answer.value : undefined,
        fault: fault ?? (answer.ok ? undefined : answer.fault.detail),
      };
    }

    void ask();
    return () => {
      isWanted = false;
    };
  });
}
