import type { CatalogEvent } from '@rollcall/contracts';

/** Events of one cause: the steps of one instance in quick succession, or the same step of several of a service. */
export interface Fold {
  /** What it came to: the latest step. */
  readonly last: CatalogEvent;
  /** Oldest first; `last` is the last of them. */
  readonly steps: readonly CatalogEvent[];
  /** Instances to which the same happened, `last`'s among them. */
  readonly instances: readonly string[];
}

/** Steps of one instance follow on each other within so long. */
const STEP_MS = 10_000;
/** The same step of several instances: they have one cause, as a cut network or a deployment. */
const TOGETHER_MS = 2_000;

/** Newest first, as the events are. */
export function fold(events: readonly CatalogEvent[]): readonly Fold[] {
  return foldTogether(foldSteps(events));
}

interface Chain {
  readonly steps: CatalogEvent[];
  oldest: CatalogEvent;
}

function foldSteps(events: readonly CatalogEvent[]): readonly Fold[] {
  const open = new Map<string, Chain>();
  const chains: Chain[] = [];
  for (const event of events) {
    const key = `${event.service_name}/${event.instance_id}`;
    const chain = open.get(key);
    // A registration begins a life: what came before it is another story.
    if (chain !== undefined && chain.oldest.at - event.at <= STEP_MS && chain.oldest.type !== 'registered') {
      chain.steps.unshift(event);
      chain.oldest = event;
      continue;
    }
    const begun: Chain = { steps: [event], oldest: event };
    open.set(key, begun);
    chains.push(begun);
  }
  return chains.map(({ steps, oldest }) => {
    const last = steps.at(-1) ?? oldest;
    return { last, steps, instances: [last.instance_id] };
  });
}

function foldTogether(folds: readonly Fold[]): readonly Fold[] {
  const result: Fold[] = [];
  const open = new Map<string, number>();
  for (const one of folds) {
    const { service_name, type, reason, actor, at } = one.last;
    const shape = one.steps.map((step) => step.type + step.reason).join();
    const key = JSON.stringify([service_name, type, reason, actor, shape]);
    const index = open.get(key);
    const together = index === undefined ? undefined : result[index];
    if (index !== undefined && together !== undefined && together.last.at - at <= TOGETHER_MS) {
      result[index] = { ...together, instances: [...together.instances, ...one.instances] };
      continue;
    }
    open.set(key, result.length);
    result.push(one);
  }
  return result;
}
