import type { Instance } from '@rollcall/contracts';
import type { ProposedChange } from '../catalog/changes/change';
import { changesOf, decideEvent } from '../catalog/decisions/event-decision';
import type { Entry } from '../catalog/entry';
import { toInstance } from '../catalog/instance/instance-record';
import type { Override } from '../catalog/instance/standing';
import { overrideFor, withOverride, withoutOverride } from '../catalog/overrides/kept-override';
import type { ApplyEventDeps } from './apply-event';
import { commitDecision } from './commit-decision';

interface OverrideDecision {
  readonly change?: ProposedChange | undefined;
}

/**
 * Sets or removes an operator's override of an instance's status. It is kept until somebody takes it
 * away, whether or not the instance stays listed.
 *
 * @param override `undefined` takes it away; where there is none, nothing happens
 * @param by a caller's identity
 * @returns the instance as it is now; `undefined` when it is not listed any more
 */
export function setOverride(
  deps: ApplyEventDeps,
  entry: Entry,
  override: Override | undefined,
  by: string,
): Promise<Instance | undefined> {
  const { catalog, store, clock, guard, queue } = deps;
  const { serviceName, url } = entry.record.registration;
  const name = { instanceId: entry.record.instanceId, url };

  return queue.run(entry, async () => {
    await commitDecision<OverrideDecision>(store, () => {
      if (!catalog.isListed(entry)) return {};
      const moment = clock.moment();
      const before = catalog.overrides.of(serviceName);
      const stands = override !== undefined && overrideFor(before, name)?.override.reason === override.reason;
      const overrides =
        override === undefined
          ? withoutOverride(before, name)
          : withOverride(before, name, { override, by, at: moment.epochMs });
      const transition = decideEvent(
        guard,
        entry,
        override === undefined ? { type: 'override_removed' } : { type: 'overridden', override },
        moment.now,
      );
      const [change] = changesOf([{ entry, transition }], { by, moment });
      if (change !== undefined) return { change: { ...change, overrides } };
      // Not visible to watchers: an earlier incarnation had the same override.
      return stands || overrides.length === before.length
        ? {}
        : { change: { ...nothingOf(serviceName, moment.epochMs), overrides } };
    });
    if (!catalog.isListed(entry)) return undefined;
    return toInstance(entry.record, entry.heardAt);
  });
}

/**
 * Takes back what was said of an instance that is not listed now.
 *
 * @returns whether anything was
 */
export async function forgetOverride(
  { catalog, store, clock }: Pick<ApplyEventDeps, 'catalog' | 'store' | 'clock'>,
  serviceName: string,
  instanceId: string,
  by: string,
): Promise<boolean> {
  const { committed } = await commitDecision<OverrideDecision>(store, () => {
    const before = catalog.overrides.of(serviceName);
    const kept = before.find(({ instanceIds }) => instanceIds.includes(instanceId));
    if (kept === undefined) return {};
    const url = kept.urls.at(-1) ?? '';
    const note = { type: 'status_changed', instanceId, url, actor: by, reason: 'override_removed' } as const;
    return {
      change: {
        ...nothingOf(serviceName, clock.moment().epochMs),
        overrides: before.filter((other) => other !== kept),
        notes: [note],
      },
    };
  });
  return committed !== undefined;
}

function nothingOf(serviceName: string, at: number): ProposedChange {
  return { serviceName, at, put: [], remove: [], notes: [] };
}
