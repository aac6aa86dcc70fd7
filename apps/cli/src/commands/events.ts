import { setTimeout as pause } from 'node:timers/promises';
import {
  CATALOG_EVENT_TYPES,
  type CatalogEvent,
  type CatalogEventType,
  type EventsQuery,
} from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { InvalidArgumentError, Option } from 'commander';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { EXIT } from '../exit-codes';
import { durationOption } from '../duration';
import { followStream } from '../registry-api/event-stream';
import type { Session } from '../session';

interface EventsOptions {
  readonly follow?: boolean;
  /** Milliseconds. */
  readonly since?: number;
  readonly service?: string;
  readonly actor?: string;
  readonly type?: CatalogEventType;
  readonly number: number;
}

/** What the registry gives in one answer. */
const LARGEST_PAGE = 1000;
const ASK_EVERY_MS = 500;

export const addEvents: AddCommand = (program, act) => {
  program
    .command('events')
    .summary('who changed what, when and why')
    .description('Shows the latest changes, oldest first: a line each; with -o json one as JSON (NDJSON).')
    .option('-f, --follow', 'go on with those that come, until Ctrl-C')
    .addOption(durationOption('--since <duration>', 'those of so long ago and later, such as 1h'))
    .option('--service <name>', 'only those of this service')
    .option('--actor <name>', 'only those that this token, the registry, or anonymous has caused')
    .addOption(new Option('--type <type>', 'only those of this type').choices(CATALOG_EVENT_TYPES))
    .option('-n, --number <count>', 'at most so many of the past', countOf, 50)
    .action(act(events));
};

async function events(session: Session, options: EventsOptions): Promise<void> {
  const { out, now } = session;
  const { service, actor, type, since, number } = options;
  const filter = {
    ...(service === undefined ? {} : { service }),
    ...(actor === undefined ? {} : { actor }),
    ...(type === undefined ? {} : { type }),
  };
  const earliest = since === undefined ? -Infinity : now() - since;
  const { past, revision } = await pastEvents(session, filter, { earliest, number });
  past.forEach((event) => show(session, event));
  if (options.follow !== true) {
    if (past.length === 0) out.hint('no event is like that');
    return;
  }
  await follow(session, filter, { past, revision });
}

type Filter = Pick<Partial<EventsQuery>, 'service' | 'actor' | 'type'>;

/** What has been shown: everything up to that revision, and of that revision these. */
interface Shown {
  readonly past: readonly CatalogEvent[];
  readonly revision: number;
}

/** By the stream for people; a registry of before there was one is asked again and again. */
async function follow(session: Session, filter: Filter, shown: Shown): Promise<void> {
  const { registry, out, signal } = session;
  const frames = followStream({
    calls: registry.calls,
    call: { method: 'GET', path: '/live', query: { services: filter.service ?? '*' } },
    signal,
    onBreak: (why) => out.hint(`${why}; it is opened again`),
  });
  let seen = shown.revision;
  let latest = new Set(shown.past.map((event) => JSON.stringify(event)));

  function tell(event: CatalogEvent): void {
    const text = JSON.stringify(event);
    if (event.revision < seen || latest.has(text) || !matches(event, filter)) return;
    if (event.revision > seen) latest = new Set();
    seen = event.revision;
    latest.add(text);
    show(session, event);
  }

  /** What has come between the answer that was shown and this stream, or while there was none. */
  async function catchUp(): Promise<void> {
    for (let isWhole = false; !isWhole; ) {
      const page = await registry.events({ ...filter, since: seen, limit: LARGEST_PAGE });
      page.events.forEach(tell);
      isWhole = page.events.length < LARGEST_PAGE;
      // A registry that began anew counts from less.
      seen = isWhole ? page.revision : seen;
    }
  }

  try {
    for await (const { type, data } of frames)
      if (type === 'event') tell(data as CatalogEvent);
      // The stream breaks too then, and the next one catches up.
      else if (type === 'hello') await catchUp().catch(unlessAway);
  } catch (error) {
    if (!(error instanceof CliFault) || error.exitCode !== EXIT.notFound) throw error;
    await askAgainAndAgain(session, filter, seen);
  }
}

function unlessAway(error: unknown): void {
  if (!(error instanceof CliFault) || error.exitCode !== EXIT.away) throw error;
}

function matches({ service_name, actor, type }: CatalogEvent, filter: Filter): boolean {
  return (
    (filter.service ?? service_name) === service_name &&
    (filter.actor ?? actor) === actor &&
    (filter.type ?? type) === type
  );
}

async function askAgainAndAgain(session: Session, filter: Filter, revision: number): Promise<void> {
  const { registry, out, signal } = session;
  let isAway = false;
  for (let seen = revision; !signal.aborted; ) {
    await pause(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const page = await registry
      .events({ ...filter, since: seen, limit: LARGEST_PAGE })
      .catch((error: unknown) => {
        if (!(error instanceof CliFault) || error.exitCode !== EXIT.away) throw error;
        return error;
      });
    if (page instanceof CliFault) {
      // Said once: it may be away for long.
      if (!isAway) out.hint(`${page.message}; it is asked again until it answers`);
      isAway = true;
      continue;
    }
    isAway = false;
    page.events.forEach((event) => show(session, event));
    // A page that ends before now goes on behind its last event; a registry that began anew counts from less.
    const last = page.events.at(-1)?.revision;
    seen = page.events.length >= LARGEST_PAGE && last !== undefined ? last : page.revision;
  }
}

/** The latest, oldest first, and the revision up to which there are no others. */
async function pastEvents(
  { registry }: Session,
  filter: Partial<EventsQuery>,
  { earliest, number }: { readonly earliest: number; readonly number: number },
): Promise<{ readonly past: readonly CatalogEvent[]; readonly revision: number }> {
  const found: CatalogEvent[] = [];
  let revision: number | undefined;
  let before: number | undefined;
  while (found.length < number) {
    const page = await registry.events({
      ...filter,
      ...(before === undefined ? {} : { before }),
      order: 'desc',
      limit: Math.min(LARGEST_PAGE, number - found.length),
    });
    revision ??= page.revision;
    found.push(...page.events.filter(({ at }) => at >= earliest));
    const last = page.events.at(-1);
    if (last === undefined || last.at < earliest) break;
    before = last.revision;
  }
  return { past: found.slice(0, number).reverse(), revision: revision ?? 0 };
}

function show({ out }: Session, event: CatalogEvent): void {
  const { at, type, actor, reason } = event;
  const time = new Date(at).toISOString();
  const line = `${time}  ${nameOf(event)}  ${type}  ${reason}${actor === 'registry' ? '' : `  by ${actor}`}`;
  out.item({ data: event, line, name: nameOf(event) });
}

function countOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a number.');
}
