import type { DrainProgress, Instance, RegistryGuard } from '@rollcall/contracts';
import { clock, counted, percent, whole } from './figures';
import type { Ejection, Flow } from './traffic';

/** What somebody should look at, in words. The first is the gravest. */
export interface Attention {
  readonly tone: 'gone' | 'suspect' | 'ejected' | 'draining' | 'starting' | 'out_of_service';
  /** In two or three words. */
  readonly label: string;
  /** In one line. */
  readonly detail: string;
  /** 0 is the gravest; services are ordered by it. */
  readonly rank: number;
}

export interface Observed {
  readonly instances: readonly Instance[];
  readonly guard: RegistryGuard | undefined;
  readonly held: number;
  readonly calls: Flow | undefined;
  readonly ejected: readonly Ejection[];
  readonly drains: readonly DrainProgress[];
}

/** A share of failed calls that is worth a word, and one that is worth a colour. */
export const FAILS_BADLY = 0.01;
export const FAILS_SOME = 0.0025;

/** Too few requests are no share of anything. */
const ENOUGH_REQUESTS = 20;

type Rule = (observed: Observed) => Omit<Attention, 'rank'> | undefined;

/** The gravest first: no caller gets an answer, some do not, it soon may be so, somebody is at work. */
const RULES: readonly Rule[] = [
  ({ instances, held }) => {
    if (instances.some(({ status }) => status === 'up' || status === 'suspect')) return undefined;
    const detail = instances.length === 0 ? 'no instance' : 'no instance may get traffic';
    return held > 0
      ? {
          tone: 'gone',
          label: `${whole(held)} held`,
          detail: `${detail} · ${counted(held, 'request')} waiting`,
        }
      : { tone: 'gone', label: instances.length === 0 ? 'no instance' : 'none up', detail };
  },
  ({ instances }) => {
    if (instances.some(({ status }) => status === 'up')) return undefined;
    return { tone: 'gone', label: 'none up', detail: 'suspect ones get the traffic, as the last resort' };
  },
  ({ guard }) =>
    guard && {
      tone: 'suspect',
      label: `guard holds ${whole(guard.held)}`,
      detail: `silent all at once · until ${clock(guard.until * 1000)}`,
    },
  ({ calls }) =>
    calls && calls.requests >= ENOUGH_REQUESTS && (calls.failedShare ?? 0) >= FAILS_BADLY
      ? {
          tone: 'gone',
          label: `${percent(calls.failedShare)} % fail`,
          detail: `${counted(calls.failed, 'call')} failed in the last seconds`,
        }
      : undefined,
  ({ held, instances }) =>
    held > 0 && instances.some(({ status }) => status === 'up' || status === 'suspect')
      ? { tone: 'suspect', label: `${whole(held)} held`, detail: 'requests wait for an instance' }
      : undefined,
  ({ ejected }) => {
    const [first] = ejected;
    const ids = new Set(ejected.map(({ instance_id }) => instance_id));
    return first && { tone: 'ejected', label: `${ids.size} ejected`, detail: `by ${opinionOf(first)}` };
  },
  ({ instances }) => suspects(instances),
  ({ instances, drains }) => {
    const draining = instances.filter(({ status }) => status === 'draining');
    if (draining.length === 0) return undefined;
    const [drain] = drains;
    const all = drain === undefined ? 0 : drain.acked.length + drain.missing.length;
    const detail = drain === undefined ? 'about to stop' : `${drain.acked.length} of ${all} acked`;
    return { tone: 'draining', label: `${draining.length} draining`, detail };
  },
  ({ instances }) => {
    const refused = instances.find(({ refused_routes }) => (refused_routes ?? []).length > 0);
    const [route] = refused?.refused_routes ?? [];
    return (
      route && {
        tone: 'suspect',
        label: 'route refused',
        detail: `${route.host ?? ''}${route.path_prefix}: ${route.reason}`,
      }
    );
  },
  ({ instances }) => {
    const starting = instances.filter(({ status }) => status === 'starting');
    return starting.length > 0
      ? { tone: 'starting', label: `${starting.length} starting`, detail: 'no traffic yet' }
      : undefined;
  },
  ({ instances }) => {
    const out = instances.filter(({ status }) => status === 'out_of_service');
    const [first] = out;
    return (
      first && {
        tone: 'out_of_service',
        label: `${out.length} out`,
        detail: `“${first.reason ?? 'out of service'}”`,
      }
    );
  },
];

export function attentionOf(observed: Observed): readonly Attention[] {
  const found = RULES.flatMap((rule, rank) => {
    const one = rule(observed);
    return one === undefined ? [] : [{ ...one, rank }];
  });
  // Of none up and none that may get traffic the graver says it all.
  return found[0]?.rank === 0 ? found.filter(({ rank }) => rank !== 1) : found;
}

/** What a gateway or client thinks of an instance: “gw-2 · 5xx in a row · 8 s”. */
export function opinionOf({ by, cause, outcome, for_ms }: Ejection): string {
  const why =
    cause === 'by_hand' ? (outcome === '' ? 'by hand' : `“${outcome}”`) : `${said(outcome)}, ${said(cause)}`;
  return `${by.instance_id} · ${why}${for_ms === null ? '' : ` · ${Math.ceil(for_ms / 1000)} s`}`;
}

function suspects(instances: readonly Instance[]): Omit<Attention, 'rank'> | undefined {
  const some = instances.filter(({ status, reason }) => status === 'suspect' && reason !== 'held');
  const [first] = some;
  return (
    first && {
      tone: 'suspect',
      label: `${some.length} suspect`,
      detail: said(first.reason ?? 'not heard of'),
    }
  );
}

function said(code: string): string {
  return code.replaceAll('_', ' ');
}
