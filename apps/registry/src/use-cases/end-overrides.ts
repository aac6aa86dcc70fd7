import type { Note, ProposedChange } from '../catalog/changes/change';
import { changesOf, decideEvent } from '../catalog/decisions/event-decision';
import type { Entry } from '../catalog/entry';
import type { InstanceEvent } from '../catalog/instance/instance-event';
import { hasEnded, overrideFor, type KeptOverride } from '../catalog/overrides/kept-override';
import type { ApplyEventDeps } from './apply-event';
import { commitDecision } from './commit-decision';
import { nothingOf } from './set-override';

/** An override that the registry has removed, because its end had come. */
export interface EndedOverride extends KeptOverride {
  readonly serviceName: string;
}

/**
 * Removes the overrides whose end has come: those of a service in one change.
 *
 * @returns what was removed. A service with an instance that something else is happening to just now is left for the next
 *   time
 * @throws when the store does
 */
export async function endOverrides(deps: ApplyEventDeps): Promise<readonly EndedOverride[]> {
  const { catalog, clock, queue } = deps;
  const ended: EndedOverride[] = [];
  for (const serviceName of catalog.overrides.servicesWithEnded(clock.moment().epochMs)) {
    const entries = entriesOut(deps, serviceName);
    const kept = await queue.runIdle(entries, (free) => endThoseOf(deps, serviceName, free));
    ended.push(...kept.map((one) => ({ ...one, serviceName })));
  }
  return ended;
}

/** The listed instances that an override which has ended holds for. */
function entriesOut({ catalog, clock }: ApplyEventDeps, serviceName: string): readonly Entry[] {
  const ended = endedOf(catalog.overrides.of(serviceName), clock.moment().epochMs);
  return Array.from(catalog.entriesOf(serviceName)).filter((entry) => overrideOf(ended, entry) !== undefined);
}

interface EndDecision {
  readonly change?: ProposedChange | undefined;
  readonly ended: readonly KeptOverride[];
}

async function endThoseOf(
  deps: ApplyEventDeps,
  serviceName: string,
  free: readonly Entry[],
): Promise<readonly KeptOverride[]> {
  const { catalog, store, clock, guard, under } = deps;
  const decide = (): EndDecision => {
    const moment = clock.moment();
    const before = catalog.overrides.of(serviceName);
    const entries = entriesOut(deps, serviceName);
    const ended = endedOf(before, moment.epochMs);
    const overrides = before.filter((kept) => !ended.includes(kept));
    const isFree = new Set(free);
    if (ended.length === 0 || !entries.every((entry) => isFree.has(entry))) return { ended: [] };
    const outcomes = entries.map((entry) => ({
      entry,
      transition: decideEvent(guard, entry, endOf(entry, ended, overrides), moment.now),
    }));
    const unlisted = ended.filter((kept) => !entries.some((entry) => overrideOf([kept], entry) === kept));
    const [change = nothingOf(serviceName, moment.epochMs)] = changesOf(outcomes, { by: BY, moment });
    return { ended, change: { ...change, overrides, notes: [...change.notes, ...unlisted.map(noteOf)] } };
  };
  const { decision } = await commitDecision(store, decide, under);
  return decision.ended;
}

const BY = 'registry';

function endedOf(overrides: readonly KeptOverride[], at: number): readonly KeptOverride[] {
  return overrides.filter((kept) => hasEnded(kept, at));
}

function overrideOf(overrides: readonly KeptOverride[], { record }: Entry): KeptOverride | undefined {
  return overrideFor(overrides, { instanceId: record.instanceId, url: record.registration.url });
}

/** An instance may have been listed under names of two overrides: then the other one goes on. */
function endOf(entry: Entry, ended: readonly KeptOverride[], others: readonly KeptOverride[]): InstanceEvent {
  const other = overrideOf(others, entry);
  if (other !== undefined) return { type: 'overridden', override: other.override };
  const kept = overrideOf(ended, entry);
  return { type: 'override_removed', ...(kept !== undefined && { why: inWords(kept) }) };
}

function noteOf(kept: KeptOverride): Note {
  const instanceId = kept.instanceIds.at(-1) ?? '';
  return {
    type: 'status_changed',
    instanceId,
    url: kept.urls.at(-1) ?? '',
    actor: BY,
    reason: inWords(kept),
  };
}

function inWords({ override, by }: KeptOverride): string {
  return `override_ended: set by ${by} with an end: ${override.reason}`;
}
