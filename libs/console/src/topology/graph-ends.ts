import type { Instance, TrafficEdge } from '@rollcall/contracts';
import type { GraphMode } from './graph';

/** Which node an edge of the traffic begins and ends at, and an instance belongs to. */
export interface Ends {
  readonly mode: GraphMode;
  from(edge: TrafficEdge): string | undefined;
  to(edge: TrafficEdge): string | undefined;
  of(instance: Instance): string;
}

export function endsFor(mode: GraphMode, instances: readonly Instance[]): Ends {
  const byId = new Map(instances.map((one) => [one.instance_id, one]));
  const zoneOf = (id: string | null): string => (id === null ? undefined : byId.get(id)?.zone) ?? 'no zone';
  switch (mode) {
    case 'services':
      return {
        mode,
        from: (edge) => edge.from,
        to: (edge) => edge.service_name,
        of: (one) => one.service_name,
      };
    case 'instances':
      return {
        mode,
        from: (edge) => edge.reporter ?? undefined,
        to: (edge) => edge.instance_id ?? undefined,
        of: (one) => one.instance_id,
      };
    case 'zones':
      return {
        mode,
        from: (edge) => zoneOf(edge.reporter),
        to: (edge) => zoneOf(edge.instance_id),
        of: (one) => one.zone ?? 'no zone',
      };
  }
}
