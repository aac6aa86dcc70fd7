import { batch, computed, effect, signal } from '@preact/signals';
import type { CatalogEvent, WhoamiResponse } from '@rollcall/contracts';
import { createLivePicture, FIRST_PICTURE, type LivePicture } from './live-picture';
import type { Frame } from './frame';
import type { Source } from './source';
import { NO_TRAFFIC, withHistory, withTraffic } from './traffic';

/** What the pages show. Signals: who reads one is drawn again when it changes, and nobody else. */

const picture = signal<LivePicture>(FIRST_PICTURE);

/** Where all of it comes from; `undefined` until it is known. */
export const source = signal<Source | undefined>(undefined);
export const who = signal<WhoamiResponse | undefined>(undefined);

export const connection = computed(() => picture.value.connection);
export const isSynced = computed(() => picture.value.synced);
export const catalog = computed(() => picture.value.catalog);
export const guards = computed(() => picture.value.guards);
export const drains = computed(() => picture.value.drains);
export const registry = computed(() => picture.value.registry);
/** Newest first. */
export const events = computed(() => picture.value.events);
/** The same four times a second at most: as often as a list can be read, however often something happens. */
export const readableEvents = signal<readonly CatalogEvent[]>([]);
/** The catalog, as often: for what sums up the whole of it. */
export const readableCatalog = signal(FIRST_PICTURE.catalog);
export const traffic = signal(NO_TRAFFIC);

/** When the source was last heard of, by this browser's clock. */
export const heardAt = signal(0);
/** This browser's clock, a second at a time: ages and countdowns follow it. */
export const now = signal(Date.now());

/** The registry's clock, epoch milliseconds: what it says of times is by its own. */
export const serverNow = computed(() => now.value + skew.value);
const skew = signal(0);

effect(() => {
  const state = registry.value;
  if (state === undefined) return;
  const measured = (state.started_at + state.uptime_seconds) * 1000 - heardAt.peek();
  // Both are in whole seconds: less is no difference.
  skew.value = Math.abs(measured) > 2500 ? measured : 0;
});

const READ_EVERY_MS = 250;

/** Fills the signals from a source, a frame of the screen at a time however many frames of the stream come. */
export function follow(from: Source): () => void {
  let live = createLivePicture();
  let waiting: Frame[] = [];
  let scheduled = false;

  function flush(): void {
    scheduled = false;
    const frames = waiting;
    waiting = [];
    // A gap is the connection's to mend: a new picture follows.
    if (live.apply(frames) !== 'applied') return;
    batch(() => {
      show(live.current());
      for (const frame of frames)
        if (frame.type === 'traffic') traffic.value = withTraffic(traffic.peek(), frame.data);
    });
  }

  function show(current: LivePicture): void {
    batch(() => {
      heardAt.value = Date.now();
      const isFirst = current.synced && !isSynced.peek();
      picture.value = current;
      if (isFirst) showReadable();
    });
  }

  function showReadable(): void {
    batch(() => {
      readableEvents.value = events.peek();
      readableCatalog.value = catalog.peek();
    });
  }

  source.value = from;
  const stop = from.follow({
    onPicture(first) {
      live = createLivePicture(first);
      if (first.catalogId === picture.peek().catalogId) live.addPast(picture.peek().events);
      waiting = [];
      show(live.current());
      showReadable();
    },
    onFrames(frames) {
      waiting.push(...frames);
      if (scheduled) return;
      scheduled = true;
      // A hidden tab is not drawn: its frames would wait for ever.
      if (document.visibilityState === 'hidden') setTimeout(flush, 250);
      else requestAnimationFrame(flush);
    },
    onTraffic(answer) {
      traffic.value = withTraffic(traffic.peek(), answer);
    },
    onHistory(answer) {
      traffic.value = withHistory(traffic.peek(), answer);
    },
    onPastEvents(past) {
      live.addPast(past);
      picture.value = live.current();
      showReadable();
    },
  });
  const clock = setInterval(() => {
    now.value = Date.now();
  }, 1000);
  const reading = setInterval(showReadable, READ_EVERY_MS);
  return () => {
    stop();
    clearInterval(clock);
    clearInterval(reading);
  };
}
