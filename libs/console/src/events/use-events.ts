import type { CatalogEvent } from '@rollcall/contracts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { MOST_EVENTS } from '../state/api';
import { mergeEvents } from '../state/live-picture';
import { events as live, source } from '../state/store';
import { RANGES, type EventView } from './event-view';

export interface PastEvents {
  readonly events: readonly CatalogEvent[];
  readonly isComplete: boolean;
  readonly fault: string | undefined;
}

/** The events of the stream, and as many from before it as the range asks for, page by page. */
export function useEvents({ range, at, service }: EventView): PastEvents {
  const [past, setPast] = useState<PastEvents>({ events: [], isComplete: false, fault: undefined });
  const registry = source.value?.registry;
  useEffect(() => {
    if (registry === undefined) return;
    let isWanted = true;
    const since = (at ?? Date.now()) - RANGES[range];

    async function read(): Promise<void> {
      const found = await registry?.eventsSince(since, service, (events) => {
        if (isWanted) setPast({ events, isComplete: false, fault: undefined });
        return isWanted;
      });
      if (isWanted && found !== undefined)
        setPast({ events: found.events, isComplete: true, fault: found.fault });
    }

    void read();
    return () => {
      isWanted = false;
    };
  }, [registry, range, at === undefined, service]);
  const now = live.value;
  const merged = useMemo(() => mergeEvents(now, past.events, MOST_EVENTS), [now, past]);
  return { ...past, events: merged };
}
