import type { RegisterRequest } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { Entry } from '../catalog/entry';
import type { ProbeOutcome } from '../catalog/instance/instance-event';
import type { ContestNotes } from '../probing/contest-notes';
import type { Clock } from '../ports/clock';
import type { Prober } from '../ports/prober';

export interface ContestDeps {
  readonly catalog: Catalog;
  readonly prober: Prober;
  readonly clock: Clock;
  readonly contestNotes: ContestNotes;
  /** Aborts when the registry is going. */
  readonly closing: AbortSignal;
}

/** Whether a registration claims the address or the id of another living process. */
export type Contest =
  | { readonly kind: 'uncontested' }
  /** `holder` lives at the address under another id. */
  | { readonly kind: 'address_taken'; readonly holder: Entry }
  /** `holder` lives under the id at another address. */
  | { readonly kind: 'id_taken'; readonly holder: Entry };

/** Probe results that prove that an instance with an open session is not at its address. */
const ELSEWHERE: ReadonlySet<ProbeOutcome> = new Set(['refused', 'unreachable', 'somebody_else']);

/**
 * Checks whether a registration is contested. Two living processes with one address would otherwise supersede each other
 * for ever, each time with an update to all watchers. A dead process has no session, so its successor never waits here.
 */
export async function contest(deps: ContestDeps, request: RegisterRequest): Promise<Contest> {
  const { service_name: serviceName, url, instance_id: instanceId } = request;
  // A caller without an id cannot be told apart from the instance at its address.
  if (instanceId === undefined) return { kind: 'uncontested' };

  const occupant = deps.catalog.entryAt(serviceName, url);
  if (occupant !== undefined && occupant.record.instanceId !== instanceId && (await lives(deps, occupant)))
    return contested(deps, 'address_taken', occupant, instanceId);
  const namesake = deps.catalog.entry(serviceName, instanceId);
  if (namesake !== undefined && namesake.record.registration.url !== url && (await lives(deps, namesake)))
    return contested(deps, 'id_taken', namesake, instanceId);
  return { kind: 'uncontested' };
}

async function lives({ catalog, prober, closing }: ContestDeps, entry: Entry): Promise<boolean> {
  if (!holdsItsPlace(entry)) return false;
  const outcome = await prober.probe(entry.record, closing);
  // It may have gone meanwhile.
  return !ELSEWHERE.has(outcome) && catalog.isListed(entry) && holdsItsPlace(entry);
}

/** A draining instance is about to stop, so its successor may register. */
function holdsItsPlace({ contact, record }: Entry): boolean {
  return contact.session === 'open' && record.standing.condition.status !== 'draining';
}

function contested(
  { clock, contestNotes }: ContestDeps,
  kind: 'address_taken' | 'id_taken',
  holder: Entry,
  instanceId: string,
): Contest {
  contestNotes.note(holder, { kind, instanceId, at: clock.moment().epochMs });
  return { kind, holder };
}
