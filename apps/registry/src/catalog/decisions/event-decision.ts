import { lifeOf, type Entry } from '../entry';
import type { Note, ProposedChange } from '../changes/change';
import type { InstanceEvent } from '../instance/instance-event';
import { transition } from '../instance/state-table';
import { statusOf } from '../instance/standing';
import type { Leave, Transition } from '../instance/transition';

/** What an event comes to, and the change to commit where others need to hear of it. */
export interface EventDecision {
  readonly transition: Transition;
  readonly change: ProposedChange | undefined;
}

/** @param by who made it happen: `instance`, `registry`, or a caller's identity */
export function decideEvent(
  entry: Entry,
  event: InstanceEvent,
  { by, epochMs }: { by: string; epochMs: number },
): EventDecision {
  const result = transition(lifeOf(entry), event);
  switch (result.kind) {
    case 'stays':
      return { transition: result, change: undefined };
    case 'moves':
      return {
        transition: result,
        change: {
          ...empty(entry, epochMs),
          put: [{ ...entry.record, standing: result.standing }],
          notes: [
            {
              type: 'status_changed',
              ...subject(entry),
              actor: by,
              reason: `${statusOf(entry.record.standing)} → ${statusOf(result.standing)}: ${result.reason}`,
            },
          ],
        },
      };
    case 'leaves':
      return {
        transition: result,
        change: {
          ...empty(entry, epochMs),
          remove: [entry.record.instanceId],
          notes: [farewell(entry, result, by)],
        },
      };
  }
}

/** The changes that let several instances go: one a service, so that its watchers hear of them at once. */
export function departures(
  leaving: readonly { readonly entry: Entry; readonly leave: Leave }[],
  { by, epochMs }: { by: string; epochMs: number },
): readonly ProposedChange[] {
  const changes = new Map<string, { remove: string[]; notes: Note[] }>();
  for (const { entry, leave } of leaving) {
    const { serviceName } = entry.record.registration;
    const change = changes.get(serviceName) ?? { remove: [], notes: [] };
    change.remove.push(entry.record.instanceId);
    change.notes.push(farewell(entry, leave, by));
    changes.set(serviceName, change);
  }
  return Array.from(changes, ([serviceName, { remove, notes }]) => ({
    serviceName,
    at: epochMs,
    put: [],
    remove,
    notes,
  }));
}

function empty(entry: Entry, epochMs: number): ProposedChange {
  return { serviceName: entry.record.registration.serviceName, at: epochMs, put: [], remove: [], notes: [] };
}

function subject({ record }: Entry): { instanceId: string; url: string } {
  return { instanceId: record.instanceId, url: record.registration.url };
}

function farewell(entry: Entry, leave: Leave, by: string): Note {
  return { type: leave.how, ...subject(entry), actor: by, reason: leave.reason };
}
