import { setTimeout as pause } from 'node:timers/promises';
import {
  CATALOG_EVENT_TYPES,
  type CatalogEvent,
  type CatalogEventType,
  type EventsQuery,
  type EventsResponse,
  type WatchHello,
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
  const { past, revision, catalogId } = await pastEvents(session, filter, { earliest, number });
  past.forEach((event) => show(session, event));
  if (options.follow !== true) {
    if (past.length === 0) out.hint('no event is like that');
    return;
  }
  await follow(session, filter, { past, revision, catalogId });
}

type Filter = Pick<Partial<EventsQuery>, 'service' | 'actor' | 'type'>;

/** What has been shown: everything up to that revision of that catalog, and of that revision these. */
interface Shown {
  readonly past: readonly CatalogEvent[];
  readonly revision: number;
  /** `undefined`: nothing was asked for. */
  readonly catalogId: string | undefined;
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
  let { revision: seen, catalogId } = shown;
  let latest = new Set(shown.past.map((event) => JSON.stringify(event)));

  function tell(event: CatalogEvent): void {
    const text = JSON.stringify(event);
    if (event.revision < seen || latest.has(text) || !matches(event, filter)) return;
    if (event.revision > seen) latest = new Set();
    seen = event.revision;
    latest.add(text);
    show(session, event);
  }

  /** A catalog that took the place of another counts its revisions anew: all of its events are news. */
  function beginsWith({ catalog_id: now }: WatchHello): void {
    if (now !== (catalogId ?? now)) [seen, latest] = [0, new Set()];
    catalogId = now;
  }

  /** What has come between the answer that was shown and this stream, or while there was none. */
  async function catchUp(): Promise<void> {
    for (let isWhole = false; !isWhole; ) {
      const page = await registry.events({ ...filter, since: seen, limit: LARGEST_PAGE });
      // Another registry has answered, or this stream is about to end: the next one catches up.
      if (page.catalog_id !== catalogId) return;
      page.events.forEach(tell);
      isWhole = page.events.length < LARGEST_PAGE;
      seen = isWhole ? page.revision : seen;
    }
  }

  try {
    for await (const { type, data } of frames)
      if (type === 'event') tell(data as CatalogEvent);
      // The stream breaks too then, and the next one catches up.
      else if (type === 'hello') {
        beginsWith(data as WatchHello);
        await catchUp().catch(unlessAway);
      }
  } catch (error) {
    if (!(error instanceof CliFault) || error.exitCode !== EXIT.notFound) throw error;
    await askAgainAndAgain(session, filter, { revision: seen, catalogId });
  }
}

function unlessAway(error: unknown): CliFault {
  if (!(error instanceof CliFault) || error.exitCode !== EXIT.away) throw error;
  return error;
}

function matches({ service_name, actor, type }: CatalogEvent, filter: Filter): boolean {
  return (
    (filter.service ?? service_name) === service_name &&
    (filter.actor ?? actor) === actor &&
    (filter.type ?? type) === type
  );
}

async function askAgainAndAgain(session: Session, filter: Filter, shown: Omit<Shown, 'past'>): Promise<void> {
  const { registry, out, signal } = session;
  let isAway = false;
  for (let { revision: seen, catalogId } = shown; !signal.aborted; ) {
    await pause(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const page = await registry.events({ ...filter, since: seen, limit: LARGEST_PAGE }).catch(unlessAway);
    if (page instanceof CliFault) {
      // Said once: it may be away for long.
      if (!isAway) out.hint(`${page.message}; it is asked again until it answers`);
      isAway = true;
      continue;
    }
    isAway = false;
    const isAnother = page.catalog_id !== (catalogId ?? page.catalog_id);
    catalogId = page.catalog_id;
    if (!isAnother) page.events.forEach((event) => show(session, event));
    // A page that ends before now goes on behind its last event; another catalog counts its revisions anew.
    const last = page.events.length < LARGEST_PAGE ? page.revision : page.events.at(-1)?.revision;
    seen = isAnother ? 0 : (last ?? page.revision);
  }
}

/** The latest, oldest first, and the revision up to which there are no others. */
async function pastEvents(
  { registry }: Session,
  filter: Partial<EventsQuery>,
  { earliest, number }: { readonly earliest: number; readonly number: number },
): Promise<Shown> {
  const found: CatalogEvent[] = [];
  let newest: EventsResponse | undefined;
  let before: number | undefined;
  while (found.length < number) {
    const page = await registry.events({
      ...filter,
      ...(before === undefined ? {} : { before }),
      order: 'desc',
      limit: Math.min(LARGEST_PAGE, number - found.length),
    });
    newest ??= page;
    found.push(...page.events.filter(({ at }) => at >= earliest));
    const last = page.events.at(-1);
    if (last === undefined || last.at < earliest) break;
    before = last.revision;
  }
  const past = found.slice(0, number).reverse();
  return { past, revision: newest?.revision ?? 0, catalogId: newest?.catalog_id };
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
