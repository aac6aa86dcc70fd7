import type { Instance, TrafficEdge } from '@rollcall/contracts';
import { flowOf, type Flow } from '../../state/traffic';

/** What the instances of one version do together. */
export interface VersionRow {
  /** `null`: they say none. */
  readonly version: string | null;
  readonly instances: readonly Instance[];
  /** Attempts that were sent to them. */
  readonly flow: Flow;
  /** 0–1 of the attempts at all of them; `null` without any. */
  readonly share: number | null;
  /** 0–1: what they would get if weights alone decided; `null` where none is up. */
  readonly expected: number | null;
}

/** Versions beside each other, that of the most instances first. Attempts at instances that have left count for none. */
export function versionRows(
  instances: readonly Instance[],
  edges: readonly TrafficEdge[],
  windowMs: number,
): readonly VersionRow[] {
  const members = new Map<string | null, Instance[]>();
  for (const instance of instances)
    members.set(instance.version, [...(members.get(instance.version) ?? []), instance]);
  const seconds = Math.max(1, windowMs / 1000);
  const rows = [...members].map(([version, group]) => {
    const ids = new Set(group.map(({ instance_id }) => instance_id));
    const service = group[0]?.service_name;
    const own = edges.filter(
      ({ service_name, instance_id }) =>
        service_name === service && instance_id !== null && ids.has(instance_id),
    );
    return { version, instances: group, flow: flowOf(own, seconds), weight: weightOf(group) };
  });
  const all = rows.reduce((sum, { flow }) => sum + flow.requests, 0);
  const weights = rows.reduce((sum, { weight }) => sum + weight, 0);
  return rows
    .map(({ weight, ...row }) => ({
      ...row,
      share: all === 0 ? null : row.flow.requests / all,
      expected: weights === 0 ? null : weight / weights,
    }))
    .sort(
      (a, b) => b.instances.length - a.instances.length || ((a.version ?? '') < (b.version ?? '') ? -1 : 1),
    );
}

function weightOf(instances: readonly Instance[]): number {
  return instances.reduce((sum, { status, weight }) => sum + (status === 'up' ? weight : 0), 0);
}
