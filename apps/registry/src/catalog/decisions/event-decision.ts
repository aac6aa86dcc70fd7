import { incarnationOf, type Entry } from '../entry';
import type { Note, ProposedChange, ProposedRecord } from '../changes/change';
import type { MassExpiryGuard } from '../guard/mass-expiry-guard';
import type { InstanceEvent } from '../instance/instance-event';
import { transition } from '../instance/state-table';
import { statusOf } from '../instance/standing';
import type { Move, Transition } from '../instance/transition';
import type { Moment } from '../moment';

/** What an event comes to for one instance. */
export interface Outcome {
  readonly entry: Entry;
  readonly transition: Transition;
}

/** Who made it happen (`registry`, or a caller's identity), and when. */
export interface Occasion {
  readonly by: string;
  readonly moment: Moment;
}

/** The state table's transition, unless the mass-expiry guard holds an instance that would be evicted for silence only. */
export function decideEvent(
  guard: Pick<MassExpiryGuard, 'reasonToKeep'>,
  entry: Entry,
  event: InstanceEvent,
  now: number,
): Transition {
  const result = transition(incarnationOf(entry), event);
  if (result.kind !== 'leaves' || !result.presumed) return result;
  const why = guard.reasonToKeep(entry, now);
  return why === undefined ? result : transition(incarnationOf(entry), { type: 'held', why });
}

/** Instances that are changed together: those of one service, `most` at a time. */
export function togetherByService(
  entries: readonly Entry[],
  most: number,
): readonly (readonly [Entry, ...Entry[]])[] {
  const groups: [Entry, ...Entry[]][] = [];
  const open = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of entries) {
    const { serviceName } = entry.record.registration;
    const group = open.get(serviceName);
    if (group !== undefined && group.length < most) group.push(entry);
    else {
      const begun: [Entry, ...Entry[]] = [entry];
      open.set(serviceName, begun);
      groups.push(begun);
    }
  }
  return groups;
}

/** The changes to commit, one per service, so that its watchers get all instances at once. */
export function changesOf(outcomes: readonly Outcome[], { by, moment }: Occasion): readonly ProposedChange[] {
  const changes = new Map<string, { put: ProposedRecord[]; remove: string[]; notes: Note[] }>();
  for (const { entry, transition: result } of outcomes) {
    if (result.kind === 'stays') continue;
    const { serviceName, url } = entry.record.registration;
    const { instanceId } = entry.record;
    const change = changes.get(serviceName) ?? { put: [], remove: [], notes: [] };
    if (result.kind === 'moves') {
      change.put.push({ ...entry.record, standing: result.standing });
      change.notes.push({
        type: 'status_changed',
        instanceId,
        url,
        actor: by,
        reason: inWords(entry, result),
      });
    } else {
      change.remove.push(instanceId);
      change.notes.push({ type: result.how, instanceId, url, actor: by, reason: result.reason });
    }
    changes.set(serviceName, change);
  }
  return Array.from(changes, ([serviceName, change]) => ({ serviceName, at: moment.epochMs, ...change }));
}

function inWords({ record }: Entry, { standing, reason }: Move): string {
  return `${statusOf(record.standing)} → ${statusOf(standing)}: ${reason}`;
}
