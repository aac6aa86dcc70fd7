import type { CatalogEvent, InstanceStatus } from '@rollcall/contracts';

/** What an instance has come to: a status, or off the list. */
export type Outcome = InstanceStatus | 'gone';

/** What an event says of the status: `up → suspect: session_lost`. */
export interface StatusStep {
  readonly before: InstanceStatus | undefined;
  readonly after: Outcome;
  readonly why: string;
}

const STATUS_CHANGE =
  /^(starting|up|suspect|draining|out_of_service) → (starting|up|suspect|draining|out_of_service): ([^]*)$/;

/** `undefined` for events that change no status: refused routes, taken addresses. */
export function statusStep({ type, reason }: CatalogEvent): StatusStep | undefined {
  switch (type) {
    case 'registered': {
      const starting = reason.includes('starting');
      return { before: undefined, after: starting ? 'starting' : 'up', why: reason };
    }
    case 'status_changed': {
      const found = STATUS_CHANGE.exec(reason);
      if (found === null) return undefined;
      // The expression matches nothing else.
      const [, before, after, why = ''] = found as unknown as [
        string,
        InstanceStatus,
        InstanceStatus,
        string,
      ];
      return { before, after: why === 'drain' ? 'draining' : after, why };
    }
    // The one that stood there before; who takes its place is `registered`.
    case 'replaced':
    case 'deregistered':
    case 'evicted':
      return { before: undefined, after: 'gone', why: reason };
    case 'routes_changed':
    case 'route_refused':
    case 'address_taken':
    case 'id_taken':
      return undefined;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  session_lost: 'session lost',
  lease_ended: 'lease ended',
  refused: 'probe refused',
  timed_out: 'probe timed out',
  unreachable: 'probe unreachable',
  somebody_else: 'another process answers',
  answered: 'probe answered',
  drain: 'drained',
  deregistered: 'left',
};

/** A reason in words; the codes of the registry are those of its log. */
export function inWords(reason: string): string {
  return WORDS[reason] ?? (/^[a-z_]+$/.test(reason) ? reason.replaceAll('_', ' ') : reason);
}
