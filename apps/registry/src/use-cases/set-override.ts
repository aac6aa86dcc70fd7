import type { Instance, OverrideRequest } from '@rollcall/contracts';
import type { Note, ProposedChange } from '../catalog/changes/change';
import { changesOf, decideEvent } from '../catalog/decisions/event-decision';
import type { Entry } from '../catalog/entry';
import { toInstance } from '../catalog/instance/instance-record';
import {
  overrideFor,
  withOverride,
  withoutOverride,
  type KeptOverride,
} from '../catalog/overrides/kept-override';
import type { ApplyEventDeps } from './apply-event';
import { commitDecision } from './commit-decision';

interface OverrideDecision {
  readonly change?: ProposedChange | undefined;
}

/**
 * Sets or removes an operator's override of an instance's status. It is kept until it is removed, by somebody or at the
 * end that it was given, whether or not the instance stays listed.
 *
 * @param wanted `undefined` takes it away; where there is none, nothing happens
 * @param by a caller's identity
 * @returns the instance as it is now; `undefined` when it is not listed any more
 */
export function setOverride(
  deps: ApplyEventDeps,
  entry: Entry,
  wanted: OverrideRequest | undefined,
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
      const said = wanted && saidOf(wanted, by, moment.epochMs);
      const overrides = said === undefined ? withoutOverride(before, name) : withOverride(before, name, said);
      const event =
        said === undefined
          ? ({ type: 'override_removed' } as const)
          : ({ type: 'overridden', override: said.override, why: inWords(said) } as const);
      const transition = decideEvent(guard, entry, event, moment.now);
      const [change] = changesOf([{ entry, transition }], { by, moment });
      if (change !== undefined) return { change: { ...change, overrides } };
      // Not visible to watchers: it is out of service for that reason already, or was in service already.
      const stood = overrideFor(before, name);
      const stands = said === undefined ? stood === undefined : isSame(stood, said);
      if (stands) return {};
      const reason = said === undefined ? 'override_removed' : `out_of_service: ${inWords(said)}`;
      const note: Note = { type: 'status_changed', ...name, actor: by, reason };
      return { change: { ...nothingOf(serviceName, moment.epochMs), overrides, notes: [note] } };
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

type Said = Pick<KeptOverride, 'override' | 'by' | 'at' | 'until'>;

function saidOf({ status, reason, for_ms: forMs }: OverrideRequest, by: string, at: number): Said {
  return { override: { status, reason }, by, at, ...(forMs !== undefined && { until: at + forMs }) };
}

/** One with an end begins anew each time that it is set. */
function isSame(stood: KeptOverride | undefined, { override, until }: Said): boolean {
  return stood?.override.reason === override.reason && stood.until === undefined && until === undefined;
}

function inWords({ override, until }: Said): string {
  return until === undefined
    ? override.reason
    : `${override.reason} (until ${new Date(until).toISOString()})`;
}

export function nothingOf(serviceName: string, at: number): ProposedChange {
  return { serviceName, at, put: [], remove: [], notes: [] };
}
