import type { CatalogEvent } from '@rollcall/contracts';

/** What an event makes of an instance, for the shape beside it. */
export type EventKind = 'up' | 'starting' | 'suspect' | 'draining' | 'out_of_service' | 'gone';

export interface EventWords {
  readonly kind: EventKind;
  /** What happened, in a word or three. */
  readonly what: string;
  /** Why, in a sentence without its full stop. */
  readonly why: string;
}

type Reading = readonly [kind: EventKind, what: string, why: string];

/** Reasons that the registry gives, by what they say of the instance. An operator's own words are none of them. */
const REASONS: Readonly<Record<string, Reading>> = {
  session_lost: ['suspect', 'suspect', 'its session broke without a goodbye'],
  probes_failed: ['suspect', 'suspect', 'its probes failed'],
  timed_out: ['suspect', 'suspect', 'a probe timed out before it was connected'],
  unreachable: ['suspect', 'suspect', 'a probe could not reach it'],
  silent: ['suspect', 'suspect', 'it takes connections and does not answer'],
  refused: ['suspect', 'suspect', 'a probe was refused: nothing listens there'],
  somebody_else: ['suspect', 'suspect', 'another process answers at its address'],
  session_opened: ['up', 'up', 'its session is open'],
  probe_answered: ['up', 'up', 'it answered a probe'],
  heartbeat: ['up', 'up', 'a heartbeat came'],
  ready: ['up', 'up', 'it says that it is ready'],
  not_ready: ['starting', 'starting', 'it says that it is not ready'],
  drain: ['draining', 'draining', 'it is about to stop'],
  draining: ['draining', 'draining', 'it is about to stop'],
  override_removed: ['up', 'back in service', 'the override was removed'],
  override_ended: ['up', 'back in service', 'the override has ended'],
};

const LEAVING: Readonly<Record<string, string>> = {
  session_lost: 'its session ended while it drained',
  lease_ended: 'its lease ended',
  refused: 'probe refused: nothing listens there',
  somebody_else: 'another process answers at its address',
  timed_out: 'two probes timed out',
  unreachable: 'two probes could not reach it',
  released: 'the guard was released',
  replaced: 'another one took its place',
  deregistered: 'it said goodbye',
};

export function wordsOf({ type, reason }: Pick<CatalogEvent, 'type' | 'reason'>): EventWords {
  switch (type) {
    case 'registered':
      return { kind: 'up', what: 'registered', why: reason === 'registered' ? '' : said(reason) };
    case 'replaced':
      return { kind: 'gone', what: 'replaced', why: LEAVING[reason] ?? said(reason) };
    case 'deregistered':
      return { kind: 'gone', what: 'left', why: LEAVING[reason] ?? said(reason) };
    case 'evicted':
      return { kind: 'gone', what: 'evicted', why: LEAVING[reason] ?? said(reason) };
    case 'routes_changed':
      return { kind: 'up', what: 'routes changed', why: said(reason) };
    case 'route_refused':
      return { kind: 'suspect', what: 'route refused', why: said(reason) };
    case 'address_taken':
      return { kind: 'suspect', what: 'address taken', why: said(reason) };
    case 'id_taken':
      return { kind: 'suspect', what: 'id taken', why: said(reason) };
    case 'status_changed':
      return statusWords(reason);
  }
}

function statusWords(reason: string): EventWords {
  const known = REASONS[reason];
  if (known !== undefined) return { kind: known[0], what: known[1], why: known[2] };
  if (reason.startsWith('held'))
    return { kind: 'suspect', what: 'held', why: said(reason.replace(/^held:? ?/, '')) };
  return { kind: 'out_of_service', what: 'out of service', why: reason };
}

/** A reason that has no words of its own, as text. */
function said(reason: string): string {
  return /^[a-z]+(_[a-z]+)*$/.test(reason) ? reason.replaceAll('_', ' ') : reason;
}
