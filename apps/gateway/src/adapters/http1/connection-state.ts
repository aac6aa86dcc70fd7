/**
 * The state of a connection to an instance, with what is known only in it. `A` is the attempt that it carries, of which
 * there is one at most. How what is awaited may be late is not a state (`connection-deadlines.ts`).
 */
export type ConnectionState<A> =
  /** TCP, and TLS where it is spoken, are not established yet. */
  | { readonly kind: 'connecting'; readonly attempt: A | undefined }
  | { readonly kind: 'idle' }
  /** The request goes out or has gone out; the head of its answer has not come. */
  | { readonly kind: 'sending'; readonly attempt: A }
  /** The body of the answer is being read, or is not read because the caller has not taken what came before. */
  | Answering<A, 'answering'>
  | Answering<A, 'paused'>
  /** The answer came early and is complete; the body of the request still goes out. */
  | { readonly kind: 'answered'; readonly attempt: A; readonly reusable: boolean }
  /** It carries no request any more; its socket may still be closing, or carry another protocol. */
  | { readonly kind: 'lost' };

interface Answering<A, Kind> {
  readonly kind: Kind;
  readonly attempt: A;
  /** The instance keeps the connection open after this answer. */
  readonly reusable: boolean;
  /** The answer lets the rest of the request's body go on. */
  readonly wantsRest: boolean;
}

export type ConnectionEvent<A> =
  | { readonly kind: 'run'; readonly attempt: A }
  | { readonly kind: 'ready' }
  | { readonly kind: 'head'; readonly reusable: boolean; readonly wantsRest: boolean }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** The answer is complete. */
  | {
      readonly kind: 'end';
      /** No byte has come behind it. */
      readonly clean: boolean;
      /** Some of the request's body has not gone out. */
      readonly unsent: boolean;
      /** The instance has closed its side. */
      readonly closed: boolean;
    }
  /** The request's body has gone out completely. */
  | { readonly kind: 'sent' }
  | { readonly kind: 'lost' };

export const READY = { kind: 'ready' } as const;
export const PAUSE = { kind: 'pause' } as const;
export const RESUME = { kind: 'resume' } as const;
export const SENT = { kind: 'sent' } as const;
export const LOST = { kind: 'lost' } as const;

const IDLE = { kind: 'idle' } as const;

/** @returns the same state where the event changes nothing in it */
export function transition<A>(state: ConnectionState<A>, event: ConnectionEvent<A>): ConnectionState<A> {
  switch (event.kind) {
    case 'run':
      if (state.kind === 'idle') return { kind: 'sending', attempt: event.attempt };
      if (state.kind !== 'connecting' || state.attempt !== undefined) return state;
      return { kind: 'connecting', attempt: event.attempt };
    case 'ready':
      if (state.kind !== 'connecting') return state;
      return state.attempt === undefined ? IDLE : { kind: 'sending', attempt: state.attempt };
    case 'head':
      if (state.kind !== 'sending') return state;
      return {
        kind: 'answering',
        attempt: state.attempt,
        reusable: event.reusable,
        wantsRest: event.wantsRest,
      };
    case 'pause':
      return state.kind === 'answering' ? { ...state, kind: 'paused' } : state;
    case 'resume':
      return state.kind === 'paused' ? { ...state, kind: 'answering' } : state;
    case 'end':
      return state.kind === 'answering' || state.kind === 'paused' ? ended(state, event) : state;
    case 'sent':
      if (state.kind !== 'answered') return state;
      return state.reusable ? IDLE : LOST;
    case 'lost':
      return LOST;
  }
}

function ended<A>(
  { attempt, reusable, wantsRest }: Answering<A, 'answering' | 'paused'>,
  { clean, unsent, closed }: Extract<ConnectionEvent<A>, { kind: 'end' }>,
): ConnectionState<A> {
  if (unsent && wantsRest && !closed) return { kind: 'answered', attempt, reusable: reusable && clean };
  // Half a request was refused: the other half may still come, and would be taken for the next request.
  return reusable && clean && !unsent ? IDLE : LOST;
}

/** The attempt that a connection carries, in whatever state. */
export function attemptOf<A>(state: ConnectionState<A>): A | undefined {
  return state.kind === 'idle' || state.kind === 'lost' ? undefined : state.attempt;
}
