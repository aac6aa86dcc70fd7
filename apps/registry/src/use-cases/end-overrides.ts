import type { Note, ProposedChange } from '../catalog/changes/change';
import { changesOf, decideEvent } from '../catalog/decisions/event-decision';
import type { Entry } from '../catalog/entry';
import type { InstanceEvent } from '../catalog/instance/instance-event';
import { hasEnded, overrideFor, type KeptOverride } from '../catalog/overrides/kept-override';
import type { ApplyEventDeps } from './apply-event';
import { commitDecision } from './commit-decision';
import { inParts } from './in-parts';
import { nothingOf } from './set-override';

/** An override that the registry has removed, because its end had come. */
export interface EndedOverride extends KeptOverride {
  readonly serviceName: string;
}

/** What came of the overrides whose end has come. */
export interface OverrideEnds {
  readonly ended: readonly EndedOverride[];
  /** Why overrides could not be removed, by service. They are found again the next time. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/**
 * Removes the overrides whose end has come: those of a service in one change, or in as few as the store takes. What is
 * refused to one service keeps no other. An override of an instance that something else is happening to just now is left
 * for the next time, with those of its change.
 */
export async function endOverrides(deps: ApplyEventDeps): Promise<OverrideEnds> {
  const { catalog, clock, store } = deps;
  const ended: EndedOverride[] = [];
  const failures = new Map<string, unknown>();
  const { epochMs } = clock.moment();
  await Promise.all(
    catalog.overrides.servicesWithEnded(epochMs).map(async (serviceName) => {
      const due = endedOf(catalog.overrides.of(serviceName), epochMs);
      const ends = await inParts(due, store.maxRecordsPerChange, (part) => endPart(deps, serviceName, part));
      for (const kept of ends.results.flat()) ended.push({ ...kept, serviceName });
      for (const error of ends.failures) failures.set(serviceName, error);
    }),
  );
  return { ended, failures };
}

interface EndDecision {
  readonly change?: ProposedChange | undefined;
  readonly ended: readonly KeptOverride[];
}

async function endPart(
  deps: ApplyEventDeps,
  serviceName: string,
  part: readonly KeptOverride[],
): Promise<readonly KeptOverride[]> {
  const { store, queue, under } = deps;
  return queue.runIdle(entriesOut(deps, serviceName, part), async (free) => {
    const decide = (): EndDecision => decideEnd(deps, serviceName, part, new Set(free));
    return (await commitDecision(store, decide, under)).decision.ended;
  });
}

function decideEnd(
  deps: ApplyEventDeps,
  serviceName: string,
  part: readonly KeptOverride[],
  free: ReadonlySet<Entry>,
): EndDecision {
  const { catalog, clock, guard } = deps;
  const moment = clock.moment();
  const before = catalog.overrides.of(serviceName);
  const ended = endedOf(before, moment.epochMs).filter((kept) => part.some((one) => isSameOne(one, kept)));
  const overrides = before.filter((kept) => !ended.includes(kept));
  const entries = entriesOut(deps, serviceName, ended);
  if (ended.length === 0 || !entries.every((entry) => free.has(entry))) return { ended: [] };
  const outcomes = entries.map((entry) => ({
    entry,
    transition: decideEvent(guard, entry, endOf(entry, ended, overrides), moment.now),
  }));
  const unlisted = ended.filter((kept) => !entries.some((entry) => overrideOf([kept], entry) === kept));
  const [change = nothingOf(serviceName, moment.epochMs)] = changesOf(outcomes, { by: BY, moment });
  return { ended, change: { ...change, overrides, notes: [...change.notes, ...unlisted.map(noteOf)] } };
}

/** The listed instances that one of the overrides holds for. */
function entriesOut(
  { catalog }: ApplyEventDeps,
  serviceName: string,
  overrides: readonly KeptOverride[],
): readonly Entry[] {
  return Array.from(catalog.entriesOf(serviceName)).filter(
    (entry) => overrideOf(overrides, entry) !== undefined,
  );
}

/** A store tells all overrides of a service anew with each change of them: what they are known by is their names. */
function isSameOne(one: KeptOverride, other: KeptOverride): boolean {
  return one.at === other.at && one.instanceIds.some((id) => other.instanceIds.includes(id));
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
