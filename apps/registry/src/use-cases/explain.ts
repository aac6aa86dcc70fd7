import type {
  ExplainedGuard,
  ExplainedInstance,
  ExplainedOverride,
  ExplainResponse,
} from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { EventHistory } from '../catalog/changes/event-history';
import { trafficRecords } from '../catalog/discovery';
import type { Entry } from '../catalog/entry';
import { explainInstance } from '../catalog/explanation';
import { toRouteClaim } from '../catalog/routes/path-claim';
import type { MassExpiryGuard } from '../catalog/guard/mass-expiry-guard';
import type { KeptOverride } from '../catalog/overrides/kept-override';
import type { Clock } from '../ports/clock';
import type { ContestNotes } from '../probing/contest-notes';
import type { ProbeNotes } from '../probing/probe-notes';
import { inPieces, joined } from '../watch/text-pieces';
import { warningsOf } from './warnings-of';

export interface ExplainDeps {
  readonly catalog: Catalog;
  readonly history: EventHistory;
  readonly guard: MassExpiryGuard;
  readonly probeNotes: ProbeNotes;
  readonly contestNotes: ContestNotes;
  readonly clock: Clock;
}

/**
 * Why each instance of a service does or does not get traffic. An unknown name has no instances.
 *
 * @returns an `ExplainResponse` as JSON, in pieces. Who leaves while it is being read is left out of the rest.
 */
export function explain(deps: ExplainDeps, serviceName: string): Iterable<string> {
  const { catalog, guard, probeNotes, clock } = deps;
  const { revision, records, claims } = catalog.service(serviceName);
  const getting = new Set(trafficRecords(records));
  const { now, epochMs } = clock.moment();
  /** Monotonic milliseconds as those since 1970. */
  const onTheWall = (at: number): number => epochMs + at - now;

  const head: Omit<ExplainResponse, 'instances'> = {
    service_name: serviceName,
    catalog_id: catalog.catalogId,
    revision,
    guard: explainedGuard(guard, serviceName, onTheWall),
    claims: claims.map(toRouteClaim),
    overrides: catalog.overrides.of(serviceName).map(explainedOverride),
  };
  // Each is looked up when its turn comes: the roster changes meanwhile.
  const ids = records.map(({ instanceId }) => instanceId);

  return inPieces(parts());

  function* parts(): Generator<string, void> {
    yield `${JSON.stringify(head).slice(0, -1)},"instances":[`;
    yield* joined(listed(), (entry) => JSON.stringify(explained(entry)));
    yield ']}';
  }

  function* listed(): Generator<Entry, void> {
    for (const id of ids) {
      const entry = catalog.entry(serviceName, id);
      if (entry !== undefined) yield entry;
    }
  }

  function explained(entry: Entry): ExplainedInstance {
    const leaseEndsAt = catalog.leaseEndsAt(entry);
    return explainInstance(entry, {
      getsTraffic: getting.has(entry.record),
      since: sinceWhen(deps, entry),
      leaseEndsAt: leaseEndsAt === undefined ? undefined : onTheWall(leaseEndsAt),
      lastProbe: probeNotes.latest(entry),
      warnings: warningsOf(deps, entry),
    });
  }
}

function explainedGuard(
  guard: MassExpiryGuard,
  serviceName: string,
  onTheWall: (at: number) => number,
): ExplainedGuard | null {
  const hold = guard.hold(serviceName);
  if (hold === undefined) return null;
  return {
    since: Math.floor(onTheWall(hold.since) / 1000),
    until: Math.floor(onTheWall(hold.until) / 1000),
    held: [...hold.held],
  };
}

/** A record has its status since its latest revision; the history, while it reaches back that far, has the time. */
function sinceWhen({ history }: ExplainDeps, { record }: Entry): number | undefined {
  const { revision, epoch, registeredAt, registration } = record;
  if (revision === epoch) return registeredAt;
  const [event] = history.since(revision - 1, { limit: 1, serviceName: registration.serviceName });
  return event?.revision === revision ? event.at : undefined;
}

function explainedOverride({ override, instanceIds, urls, by, at }: KeptOverride): ExplainedOverride {
  return { ...override, instance_ids: instanceIds, urls, by, since: Math.floor(at / 1000) };
}
