/** Urgent probes go first: traffic depends on their results. */
export type Urgency = 'urgent' | 'routine';

export interface Planned<I> {
  readonly instance: I;
  readonly urgency: Urgency;
  readonly at: number;
}

/**
 * Who is to be probed, and when. An instance is on it once. Times are monotonic milliseconds and never go back.
 */
export interface ProbeAgenda<I extends object> {
  /** In place of what was planned for it. */
  plan(instance: I, urgency: Urgency, at: { readonly now: number; readonly delayMs: number }): void;
  has(instance: I): boolean;
  forget(instance: I): void;
  /** Takes the next one that is due off the agenda; none of the routine ones if only urgent ones are wanted. */
  next(now: number, wanted: 'any' | 'urgent'): Planned<I> | undefined;
  /** When the next probe is due, perhaps in the past; `undefined` without one. */
  nextAt(wanted: 'any' | 'urgent'): number | undefined;
}

/**
 * One queue an urgency and a delay, of which there are a handful: since time only goes on, each is in the order in
 * which its instances fall due, and looking for the next one costs the same whatever their number.
 */
export function createProbeAgenda<I extends object>(): ProbeAgenda<I> {
  const lanes: Readonly<Record<Urgency, Map<number, Map<I, number>>>> = {
    urgent: new Map(),
    routine: new Map(),
  };
  const laneOf = new Map<I, Map<I, number>>();

  return {
    plan(instance, urgency, { now, delayMs }) {
      forget(instance);
      const lane = lanes[urgency].get(delayMs) ?? new Map<I, number>();
      lanes[urgency].set(delayMs, lane);
      laneOf.set(instance, lane.set(instance, now + delayMs));
    },
    has: (instance) => laneOf.has(instance),
    forget,
    next(now, wanted) {
      const first = [firstOf('urgent'), wanted === 'any' ? firstOf('routine') : undefined].find(
        (planned) => planned !== undefined && planned.at <= now,
      );
      if (first !== undefined) forget(first.instance);
      return first;
    },
    nextAt(wanted) {
      const urgent = firstOf('urgent')?.at ?? Infinity;
      const at = wanted === 'any' ? Math.min(urgent, firstOf('routine')?.at ?? Infinity) : urgent;
      return at === Infinity ? undefined : at;
    },
  };

  function forget(instance: I): void {
    laneOf.get(instance)?.delete(instance);
    laneOf.delete(instance);
  }

  function firstOf(urgency: Urgency): Planned<I> | undefined {
    let first: Planned<I> | undefined;
    // The head of a lane is what it falls due to next.
    for (const lane of lanes[urgency].values())
      for (const [instance, at] of lane) {
        if (first === undefined || at < first.at) first = { instance, urgency, at };
        break;
      }
    return first;
  }
}
