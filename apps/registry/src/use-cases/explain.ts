import type {
  ExplainAllResponse,
  ExplainedGuard,
  ExplainedInstance,
  ExplainedOverride,
  ExplainQuery,
  ExplainResponse,
} from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { EventHistory } from '../catalog/changes/event-history';
import { trafficRecords } from '../catalog/discovery';
import type { Entry } from '../catalog/entry';
import { explainInstance, guardMend } from '../catalog/explanation';
import { toRouteClaim } from '../catalog/routes/path-claim';
import type { MassExpiryGuard } from '../catalog/guard/mass-expiry-guard';
import { epochSeconds, onTheWall, type Moment } from '../catalog/moment';
import { overrideFor, type KeptOverride } from '../catalog/overrides/kept-override';
import type { ServiceSnapshot } from '../catalog/roster';
import type { Clock } from '../ports/clock';
import type { ContestNotes } from '../probing/contest-notes';
import type { ProbeNotes } from '../probing/probe-notes';
import { reachWarning } from '../probing/reach-warning';
import type { Replicas } from '../replicas';
import { inPieces, joined } from '../watch/text-pieces';
import { warningsOf } from './warnings-of';

export interface ExplainDeps {
  readonly catalog: Catalog;
  readonly history: EventHistory;
  readonly guard: MassExpiryGuard;
  readonly probeNotes: ProbeNotes;
  readonly contestNotes: ContestNotes;
  readonly clock: Clock;
  readonly replicas: Replicas;
}

/**
 * Why each instance of a service does or does not get traffic. An unknown name has no instances.
 *
 * @returns an `ExplainResponse` as JSON, in pieces. Who leaves while it is being read is left out of the rest.
 */
export function explain(deps: ExplainDeps, serviceName: string): Iterable<string> {
  return inPieces(explained(deps, serviceName));
}

/**
 * The same of every service, from one name on.
 *
 * @returns an `ExplainAllResponse` as JSON, in pieces
 */
export function explainAll(deps: ExplainDeps, { after, limit }: ExplainQuery): Iterable<string> {
  const { catalog } = deps;
  const names = catalog
    .services()
    .filter(({ serviceName }) => after === undefined || serviceName > after)
    .filter((service) => hasSomething(catalog, service))
    .map(({ serviceName }) => serviceName)
    .sort();
  const page = pageOf(names, limit, (name) => catalog.sizeOf(name));
  const next = page.length < names.length ? (page.at(-1) ?? null) : null;

  return inPieces(parts());

  function* parts(): Generator<string, void> {
    const head: Omit<ExplainAllResponse, 'services'> = { catalog_id: catalog.catalogId, next };
    yield `${JSON.stringify(head).slice(0, -1)},"services":[`;
    let separator = '';
    for (const name of page) {
      yield separator;
      yield* explained(deps, name);
      separator = ',';
    }
    yield ']}';
  }
}

function hasSomething(catalog: Catalog, { serviceName, records, claims }: ServiceSnapshot): boolean {
  return records.length > 0 || claims.length > 0 || catalog.overrides.of(serviceName).length > 0;
}

/** Whole services, until they have `limit` instances together. One without an instance counts as one. */
function pageOf(
  names: readonly string[],
  limit: number,
  sizeOf: (name: string) => number,
): readonly string[] {
  let instances = 0;
  const end = names.findIndex((name) => {
    const isFull = instances >= limit;
    instances += Math.max(1, sizeOf(name));
    return isFull;
  });
  return end === -1 ? names : names.slice(0, end);
}

function* explained(deps: ExplainDeps, serviceName: string): Generator<string, void> {
  const { catalog, guard, clock } = deps;
  const { revision, records, claims } = catalog.service(serviceName);
  const getting = new Set(trafficRecords(records));
  const moment = clock.moment();

  const head: Omit<ExplainResponse, 'instances'> = {
    service_name: serviceName,
    catalog_id: catalog.catalogId,
    revision,
    guard: explainedGuard(guard, serviceName, moment),
    claims: claims.map(toRouteClaim),
    overrides: catalog.overrides.of(serviceName).map(explainedOverride),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"instances":[`;
  yield* joined(listed(), (entry) => JSON.stringify(inFull(entry)));
  yield ']}';

  /** Each is looked up when its turn comes: the roster changes meanwhile. */
  function* listed(): Generator<Entry, void> {
    for (const { instanceId } of records) {
      const entry = catalog.entry(serviceName, instanceId);
      if (entry !== undefined) yield entry;
    }
  }

  function inFull(entry: Entry): ExplainedInstance {
    const { instanceId, registration } = entry.record;
    const leaseEndsAt = catalog.leaseEndsAt(entry);
    const lastProbe = deps.probeNotes.latest(entry);
    return explainInstance(entry, {
      getsTraffic: getting.has(entry.record),
      since: sinceWhen(deps, entry),
      leaseEndsAt: leaseEndsAt === undefined ? undefined : onTheWall(moment, leaseEndsAt),
      lastProbe,
      replicas: deps.replicas.knowing(entry),
      override: overrideFor(catalog.overrides.of(serviceName), { instanceId, url: registration.url }),
      warnings: warningsOf(deps, entry),
      reachWarning: lastProbe && reachWarning(registration, lastProbe.outcome),
    });
  }
}

function explainedGuard(guard: MassExpiryGuard, serviceName: string, moment: Moment): ExplainedGuard | null {
  const hold = guard.hold(serviceName);
  if (hold === undefined) return null;
  return {
    since: epochSeconds(onTheWall(moment, hold.since)),
    until: epochSeconds(onTheWall(moment, hold.until)),
    held: [...hold.held],
    mend: guardMend(serviceName),
  };
}

/** A record has its status since its latest revision; the history, while it reaches back that far, has the time. */
export function sinceWhen({ history }: Pick<ExplainDeps, 'history'>, { record }: Entry): number | undefined {
  const { revision, epoch, registeredAt, registration } = record;
  if (revision === epoch) return registeredAt;
  const { serviceName: service } = registration;
  const [event] = history.find({
    service,
    since: revision - 1,
    before: revision + 1,
    order: 'asc',
    limit: 1,
  });
  return event?.at;
}

function explainedOverride(kept: KeptOverride): ExplainedOverride {
  const { status, reason } = kept.override;
  return {
    status,
    reason,
    until: kept.until === undefined ? null : epochSeconds(kept.until),
    instance_ids: kept.instanceIds,
    urls: kept.urls,
    by: kept.by,
    since: epochSeconds(kept.at),
  };
}
