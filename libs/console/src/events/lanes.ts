import type { CatalogEvent, Instance } from '@rollcall/contracts';
import { inWords, statusStep, type Outcome } from './status-step';

/** Epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Band extends Span {
  readonly status: Exclude<Outcome, 'gone'>;
}

/** A moment at which something happened to it. */
export interface Mark {
  readonly at: number;
  readonly outcome: Outcome;
  readonly text: string;
}

/** One instance over a stretch of time. */
export interface Lane {
  readonly id: string;
  readonly version: string | null;
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
}

export interface ServiceLanes {
  readonly service: string;
  readonly lanes: readonly Lane[];
}

export interface LanesOptions {
  readonly events: readonly CatalogEvent[];
  /** Those that are listed now. */
  readonly listed: readonly Pick<
    Instance,
    'service_name' | 'instance_id' | 'status' | 'version' | 'registered_at'
  >[];
  readonly window: Span;
  /** The listed statuses are of this moment. */
  readonly now: number;
}

/** One lane for each instance that changed within the window; the services whose latest change is newest come first. */
export function lanesOf({ events, listed, window, now }: LanesOptions): readonly ServiceLanes[] {
  const byInstance = new Map<string, CatalogEvent[]>();
  for (const event of [...events].sort((one, other) => one.revision - other.revision || one.at - other.at)) {
    if (statusStep(event) === undefined) continue;
    const id = `${event.service_name}/${event.instance_id}`;
    byInstance.set(id, [...(byInstance.get(id) ?? []), event]);
  }
  const current = new Map(listed.map((one) => [`${one.service_name}/${one.instance_id}`, one]));
  const services = new Map<string, { latest: number; lanes: Lane[] }>();
  for (const [id, own] of byInstance) {
    const changes = own.filter(({ at }) => at >= window.from && at <= window.to);
    const first = changes[0];
    if (first === undefined) continue;
    const kept = services.get(first.service_name) ?? { latest: 0, lanes: [] };
    services.set(first.service_name, {
      latest: Math.max(kept.latest, changes.at(-1)?.at ?? 0),
      lanes: [
        ...kept.lanes,
        {
          id: first.instance_id,
          version: current.get(id)?.version ?? null,
          bands: bandsOf(own, current.get(id)?.status, window, now),
          marks: changes.map(markOf),
        },
      ],
    });
  }
  return [...services]
    .sort(([, one], [, other]) => other.latest - one.latest)
    .map(([service, { lanes }]) => ({ service, lanes }));
}

/** @param events of one instance, oldest first; also those from before the window */
function bandsOf(
  events: readonly CatalogEvent[],
  status: Band['status'] | undefined,
  window: Span,
  now: number,
): readonly Band[] {
  const bands: Band[] = [];
  let since = -Infinity;
  let was: Outcome | undefined;
  const close = (to: number): void => {
    const [from, until] = [Math.max(since, window.from), Math.min(to, window.to, now)];
    if (was !== undefined && was !== 'gone' && until > from) bands.push({ from, to: until, status: was });
  };
  for (const event of events) {
    const step = statusStep(event);
    if (step === undefined) continue;
    // What is not kept any more: what it was before its first change says that change itself.
    if (since === -Infinity) was = step.before ?? (step.after === 'gone' ? 'up' : undefined);
    close(event.at);
    since = event.at;
    was = step.after;
  }
  // Events are kept for a while only; the list is always right about now.
  if (status !== undefined && was !== 'gone') was = status;
  close(Infinity);
  return joined(bands);
}

/** A change of the reason alone is no change of the picture. */
function joined(bands: readonly Band[]): readonly Band[] {
  const result: Band[] = [];
  for (const band of bands) {
    const last = result.at(-1);
    if (last?.status === band.status && last.to === band.from)
      result[result.length - 1] = { ...last, to: band.to };
    else result.push(band);
  }
  return result;
}

function markOf(event: CatalogEvent): Mark {
  const step = statusStep(event);
  const why = step === undefined ? event.reason : inWords(step.why);
  const by = event.actor === 'registry' || event.type !== 'status_changed' ? '' : ` · ${event.actor}`;
  return { at: event.at, outcome: step?.after ?? 'up', text: `${why}${by}` };
}
