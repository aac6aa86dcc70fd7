import type { REGISTRY_ERROR, SessionClosed } from '@rollcall/contracts';
import type { RegistryFailure } from '../registry/registry-failure';

/** How one session ended. */
export interface SessionEnd {
  /** Whether it stood: its end speaks of the way to the registry, and not of the request. */
  readonly opened: boolean;
  readonly failure: RegistryFailure;
  /** What the registry said last, if it was the one to end it. */
  readonly closed: SessionClosed['reason'] | undefined;
}

/** What to do after a session. */
export type SessionVerdict =
  /** Open another, after a moment. */
  | 'reopen'
  /** The registry may not list this life any more: a heartbeat has to find out. */
  | 'ask'
  /** It understood and said no. Another one, but not soon. */
  | 'refused'
  /** None is wanted, or the registry knows no sessions: heartbeats alone. */
  | 'none';

const UNKNOWN_HERE: (typeof REGISTRY_ERROR)['instanceNotFound'] = 'INSTANCE_NOT_FOUND';

export function sessionVerdict({ opened, failure, closed }: SessionEnd): SessionVerdict {
  switch (closed) {
    case 'superseded':
      return 'none';
    case 'over':
      return 'ask';
    case 'registry_closing':
      return 'reopen';
    case 'unauthorized':
      return 'refused';
    case undefined:
      break;
  }
  const { status, code } = failure;
  if (opened || status === undefined) return 'reopen';
  if (status === 409) return 'ask';
  if (status === 404) return code === UNKNOWN_HERE ? 'ask' : 'none';
  return status >= 400 && status < 500 && status !== 429 ? 'refused' : 'reopen';
}
