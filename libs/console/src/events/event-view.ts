import type { CatalogEvent } from '@rollcall/contracts';
import { readMoment, type Choices } from '../state/place';
import type { Cause } from './causes';
import type { Span } from './lanes';

const MINUTE = 60_000;

/** How much of the past is looked at, by its name in the address. */
export const RANGES = { '15m': 15 * MINUTE, '30m': 30 * MINUTE, '3h': 180 * MINUTE, all: Infinity } as const;
export type RangeName = keyof typeof RANGES;

/** Everything that is chosen on the page. */
export interface EventView {
  readonly range: RangeName;
  readonly service: string | undefined;
  readonly actor: string | undefined;
  readonly type: string | undefined;
  /** Lower case. */
  readonly text: string;
  /** The moment that is looked at; `undefined`: the present, as it goes on. */
  readonly at: number | undefined;
}

export function readEventView({ range, service, actor, type, q = '', at }: Choices): EventView {
  return {
    range: isRange(range) ? range : '30m',
    service,
    actor,
    type,
    text: q.trim().toLowerCase(),
    at: readMoment(at),
  };
}

function isRange(text: string | undefined): text is RangeName {
  return text !== undefined && Object.hasOwn(RANGES, text);
}

/** The stretch of time that is shown: up to now, or with the moment that is looked at in its last quarter. */
export function windowOf({ range, at }: EventView, events: readonly CatalogEvent[], now: number): Span {
  const length = RANGES[range];
  if (length === Infinity) {
    const oldest = events.reduce((first, event) => Math.min(first, event.at), now - MINUTE);
    return { from: oldest, to: now };
  }
  const to = at === undefined ? now : Math.min(now, at + length / 4);
  return { from: to - length, to };
}

/** Events of services, not of single steps: who asks for one actor sees the whole of what that actor caused. */
export function shownCauses(causes: readonly Cause[], view: EventView, window: Span): readonly Cause[] {
  return causes.filter(
    (cause) =>
      cause.at >= window.from &&
      cause.from <= window.to &&
      (view.service === undefined || cause.service === view.service) &&
      (view.actor === undefined || cause.events.some(({ actor }) => actor === view.actor)) &&
      (view.type === undefined || cause.events.some(({ type }) => type === view.type)) &&
      (view.text === '' || textOf(cause).includes(view.text)),
  );
}

function textOf({ service, instances, word, actor, note, steps }: Cause): string {
  return [service, ...instances, word, actor, note, ...steps].join(' ').toLowerCase();
}

/** The moment of the event before or after the one that is looked at. */
export function neighbour(
  events: readonly CatalogEvent[],
  at: number,
  direction: -1 | 1,
): number | undefined {
  const moments = events.map((event) => event.at).sort((one, other) => one - other);
  return direction === 1 ? moments.find((moment) => moment > at) : moments.findLast((moment) => moment < at);
}
