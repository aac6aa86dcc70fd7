import type { CatalogEvent } from '@rollcall/contracts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { mergeEvents } from '../state/live-picture';
import { events as live, source } from '../state/store';
import { RANGES, type EventView } from './event-view';

/** What one answer of the registry may hold. */
const PAGE = 1000;
/** As many as the registry keeps. */
const MOST = 10_000;

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
      let events: readonly CatalogEvent[] = [];
      for (;;) {
        const before = events.at(-1)?.revision;
        const answer = await registry?.latestEvents({ limit: PAGE, before, service });
        if (!isWanted || answer === undefined) return;
        if (!answer.ok) {
          setPast({ events, isComplete: true, fault: answer.fault.detail });
          return;
        }
        events = [...events, ...answer.value];
        const oldest = answer.value.at(-1);
        const isComplete = answer.value.length < PAGE || (oldest?.at ?? 0) < since || events.length >= MOST;
        setPast({ events, isComplete, fault: undefined });
        if (isComplete) return;
      }
    }

    void read();
    return () => {
      isWanted = false;
    };
  }, [registry, range, at === undefined, service]);
  const now = live.value;
  const merged = useMemo(() => mergeEvents(now, past.events, MOST), [now, past]);
  return { ...past, events: merged };
}
