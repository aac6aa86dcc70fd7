import type { CatalogEvent } from '@rollcall/contracts';
import { inWords, statusStep, type Outcome } from './status-step';

/** Steps that have one cause, as one line: session lost → probe refused → out in 212 ms. */
export interface Cause {
  /** Stable while more steps come. */
  readonly key: string;
  readonly service: string;
  /** More than one when the same befell several at once. */
  readonly instances: readonly string[];
  readonly outcome: Outcome;
  /** `evicted`, `left`, `draining`, `route refused` */
  readonly word: string;
  readonly actor: string;
  /** Epoch milliseconds of the first and the last step. */
  readonly from: number;
  readonly at: number;
  /** What led to it, each in a few words. */
  readonly steps: readonly string[];
  /** What an operator wrote, or the registry says in whole sentences; empty when the steps say it all. */
  readonly note: string;
  readonly revision: number;
  /** Oldest first. */
  readonly events: readonly CatalogEvent[];
}

/** An instance does not stay like this: what comes next belongs to it. */
const PASSING: ReadonlySet<Outcome> = new Set(['starting', 'suspect', 'draining']);
/** Longer than a lease: by then it is another story. */
const LONGEST_CAUSE_MS = 60_000;
/** Sessions of one network break within a second or two. */
const AT_ONCE_MS = 2000;

interface Open {
  readonly outcome: Outcome;
  readonly events: readonly CatalogEvent[];
}

/** One line a cause, the latest first. @param events of any order */
export function foldEvents(events: readonly CatalogEvent[]): readonly Cause[] {
  const ordered = [...events].sort((one, other) => one.revision - other.revision || one.at - other.at);
  const open = new Map<string, Open>();
  const done: Open[] = [];
  for (const event of ordered) {
    const step = statusStep(event);
    if (step === undefined) {
      done.push({ outcome: 'up', events: [event] });
      continue;
    }
    const id = `${event.service_name}/${event.instance_id}`;
    const before = open.get(id);
    const last = before?.events.at(-1);
    const goesOn =
      before !== undefined &&
      last !== undefined &&
      PASSING.has(before.outcome) &&
      event.type !== 'registered' &&
      event.at - last.at <= LONGEST_CAUSE_MS;
    if (before !== undefined && !goesOn) done.push(before);
    open.set(id, { outcome: step.after, events: goesOn ? [...before.events, event] : [event] });
  }
  const causes = [...done, ...open.values()].map(causeOf).sort((one, other) => one.at - other.at);
  return togetherAtOnce(causes).reverse();
}

function causeOf({ outcome, events }: Open): Cause {
  const [first, last] = [events[0], events.at(-1)];
  // Both are there: a cause begins with an event.
  if (first === undefined || last === undefined) throw new Error('a cause without an event');
  const operator = events.find(({ actor }) => actor !== 'registry');
  return {
    key: `${first.revision}:${first.type}:${first.instance_id}`,
    service: first.service_name,
    instances: [first.instance_id],
    outcome,
    word: wordFor(outcome, events, last),
    actor: (operator ?? last).actor,
    from: first.at,
    at: last.at,
    steps: stepsOf(events, outcome),
    note: noteOf(last),
    revision: last.revision,
    events,
  };
}

function wordFor(outcome: Outcome, events: readonly CatalogEvent[], last: CatalogEvent): string {
  switch (last.type) {
    case 'registered':
    case 'evicted':
      return last.type;
    case 'replaced':
      return 'replaced';
    case 'deregistered':
      return events.length > 1 ? 'left' : 'deregistered';
    case 'status_changed':
      if (outcome === 'up') return events[0]?.type === 'registered' ? 'registered' : 'up again';
      return outcome === 'out_of_service' ? 'out of service' : outcome;
    case 'routes_changed':
    case 'route_refused':
    case 'address_taken':
    case 'id_taken':
      return last.type.replaceAll('_', ' ');
  }
}

function stepsOf(events: readonly CatalogEvent[], outcome: Outcome): readonly string[] {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined || events.length < 2) return [];
  const steps = events.flatMap((event) => {
    const why = statusStep(event)?.why;
    return why === undefined || why === 'deregistered' ? [] : [inWords(why)];
  });
  const ended =
    outcome === 'gone'
      ? `out in ${duration(last.at - first.at)}`
      : `${outcome} in ${duration(last.at - first.at)}`;
  return [...steps, ended];
}

function noteOf(event: CatalogEvent): string {
  const why = statusStep(event)?.why ?? event.reason;
  return why === event.type ? '' : inWords(why);
}

/** The same of several instances of one service within a moment is one cause. @param causes oldest first */
function togetherAtOnce(causes: readonly Cause[]): Cause[] {
  const together: Cause[] = [];
  for (const cause of causes) {
    const at = together.findLastIndex(
      (other) =>
        other.service === cause.service &&
        other.word === cause.word &&
        other.actor === cause.actor &&
        other.note === cause.note &&
        Math.abs(cause.from - other.from) <= AT_ONCE_MS,
    );
    const other = together[at];
    // An id that comes back is a story of its own.
    if (other === undefined || cause.instances.some((id) => other.instances.includes(id)))
      together.push(cause);
    else
      together[at] = {
        ...other,
        instances: [...other.instances, ...cause.instances],
        at: Math.max(other.at, cause.at),
        revision: Math.max(other.revision, cause.revision),
        events: [...other.events, ...cause.events],
      };
  }
  return together.sort((one, other) => one.at - other.at);
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
