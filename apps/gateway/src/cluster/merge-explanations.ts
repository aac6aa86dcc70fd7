import type { InstanceExplanation, PathExplanation } from '@rollcall/contracts';

/**
 * One explanation out of several workers' own. They know the same routes; on instances they may differ, since each leaves
 * out whom its own requests have failed on: an instance that any of them picks is picked, and each reason is told.
 */
export function mergeExplanations(
  explanations: readonly [PathExplanation, ...PathExplanation[]],
): PathExplanation {
  const [first] = explanations;
  const routes = explanations.flatMap(({ route }) => route ?? []);
  return {
    ...first,
    ...(first.route && {
      route: {
        ...first.route,
        in_flight: sum(routes.map((route) => route.in_flight)),
        // Each has its part of the limit.
        max_in_flight:
          first.route.max_in_flight === null ? null : sum(routes.map((route) => route.max_in_flight ?? 0)),
      },
    }),
    instances: first.instances.map((instance) => {
      const views = explanations.flatMap(({ instances }) => sameInstance(instances, instance));
      const reasons = [...new Set(views.map(({ why }) => why))];
      return {
        ...instance,
        in_flight: sum(views.map((view) => view.in_flight)),
        picked: views.some(({ picked }) => picked),
        why: reasons.length === 1 ? instance.why : told(views, reasons),
      };
    }),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function sameInstance(
  instances: readonly InstanceExplanation[],
  { instance_id: id }: InstanceExplanation,
): readonly InstanceExplanation[] {
  return instances.filter(({ instance_id }) => instance_id === id);
}

function told(views: readonly InstanceExplanation[], reasons: readonly string[]): string {
  return reasons
    .map(
      (reason) => `${views.filter(({ why }) => why === reason).length} of ${views.length} workers: ${reason}`,
    )
    .join('; ');
}
