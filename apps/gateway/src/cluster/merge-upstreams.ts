import type { UpstreamView } from '@rollcall/contracts';

/**
 * One list of what several workers say of the same instances: sums of what they have under way and open, and the
 * ejection of the worker that leaves it out longest, for each judges by its own requests.
 */
export function mergeUpstreams(lists: readonly (readonly UpstreamView[])[]): readonly UpstreamView[] {
  const merged = new Map<string, UpstreamView>();
  for (const view of lists.flat()) {
    const key = `${view.service}\n${view.instance_id}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? view : both(before, view));
  }
  return [...merged.values()];
}

function both(one: UpstreamView, other: UpstreamView): UpstreamView {
  return {
    ...one,
    in_flight: one.in_flight + other.in_flight,
    connections: {
      open: one.connections.open + other.connections.open,
      idle: one.connections.idle + other.connections.idle,
    },
    ejection: longer(one.ejection, other.ejection),
    ejected_by_hand: one.ejected_by_hand ?? other.ejected_by_hand,
  };
}

type Ejection = UpstreamView['ejection'];

function longer(one: Ejection, other: Ejection): Ejection {
  if (one === null || other === null) return one ?? other;
  return other.available_in_ms > one.available_in_ms ? other : one;
}
