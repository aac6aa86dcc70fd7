/**
 * The life of a program that `rollcall run` has started and announces, as a pure state machine. Announced only while the
 * program answers; at a request to stop its callers let go of it first, and only then is it told.
 */
export type Life =
  /** The program runs and does not answer yet. */
  | { readonly phase: 'starting' }
  /** It answers, and is announced. */
  | { readonly phase: 'serving' }
  /** It has stopped answering, and is announced no more until it does. */
  | { readonly phase: 'unhealthy' }
  /** Its callers are asked to let go of it; the program notices nothing. */
  | { readonly phase: 'draining' }
  /** It has been told to stop. */
  | {
      readonly phase: 'stopping';
      /** Requests to stop so far. */
      readonly requests: number;
      /** Instead of the program's own. */
      readonly exitCode?: number;
    }
  /** It was killed, and everything that it has started. */
  | { readonly phase: 'killed'; readonly exitCode?: number }
  /** It has ended, and is being taken off the list. */
  | { readonly phase: 'leaving'; readonly exitCode: number }
  | { readonly phase: 'over' };

export type LifeEvent =
  | { readonly type: 'answers' }
  | { readonly type: 'fails' }
  | { readonly type: 'start_timed_out' }
  /** Somebody wants all of it to end: SIGTERM or SIGINT. */
  | { readonly type: 'stop_requested'; readonly signal: NodeJS.Signals }
  /** A signal that is the program's business alone. */
  | { readonly type: 'signalled'; readonly signal: NodeJS.Signals }
  /** No caller sends requests to it any more, or the wait for that is over. */
  | { readonly type: 'drained' }
  | { readonly type: 'grace_over' }
  | { readonly type: 'ended'; readonly exitCode: number }
  | { readonly type: 'off_the_list' };

export type LifeAction =
  | { readonly do: 'announce' }
  | { readonly do: 'drain' }
  /** Take it off the list without a drain; `off_the_list` follows. */
  | { readonly do: 'withdraw' }
  /** Tell the program to stop, by the signal that it is to be told with. */
  | { readonly do: 'stop' }
  | { readonly do: 'signal'; readonly signal: NodeJS.Signals }
  /** `grace_over` follows, unless the program ends before. */
  | { readonly do: 'begin_grace' }
  /** SIGKILL for the program and what it has started. */
  | { readonly do: 'kill' }
  | { readonly do: 'exit'; readonly exitCode: number };

export interface LifeStep {
  readonly life: Life;
  readonly actions: readonly LifeAction[];
}

export const NOT_STARTED_EXIT = 1;

/** What becomes of a life by an event; an event that means nothing in its phase changes nothing. */
export function step(life: Life, event: LifeEvent): LifeStep {
  switch (event.type) {
    case 'answers':
      return life.phase === 'starting' || life.phase === 'unhealthy'
        ? next({ phase: 'serving' }, { do: 'announce' })
        : next(life);
    case 'fails':
      return life.phase === 'serving' ? next({ phase: 'unhealthy' }, { do: 'withdraw' }) : next(life);
    case 'start_timed_out':
      return life.phase === 'starting' ? stopping(0, NOT_STARTED_EXIT) : next(life);
    case 'stop_requested':
      return stopRequested(life, event.signal);
    case 'signalled':
      return runs(life) ? next(life, { do: 'signal', signal: event.signal }) : next(life);
    case 'drained':
      return life.phase === 'draining' ? stopping(1) : next(life);
    case 'grace_over':
      return life.phase === 'stopping' ? killed(life) : next(life);
    case 'ended':
      return ended(life, event.exitCode);
    case 'off_the_list':
      return life.phase === 'leaving' ? over(life.exitCode) : next(life);
  }
}

/** Whether the program is there. */
export function runs({ phase }: Life): boolean {
  return phase !== 'leaving' && phase !== 'over';
}

function stopRequested(life: Life, signal: NodeJS.Signals): LifeStep {
  switch (life.phase) {
    case 'starting':
    case 'unhealthy':
      // No caller has it.
      return stopping(1);
    case 'serving':
      return next({ phase: 'draining' }, { do: 'drain' });
    case 'draining':
      return stopping(2);
    case 'stopping':
      if (life.requests >= 2) return killed(life);
      return next({ ...life, requests: life.requests + 1 }, { do: 'signal', signal });
    case 'leaving':
      // Only the registry is waited for, which will notice by itself.
      return over(life.exitCode);
    case 'killed':
    case 'over':
      return next(life);
  }
}

function ended(life: Life, ownCode: number): LifeStep {
  if (!runs(life)) return next(life);
  const exitCode = 'exitCode' in life ? (life.exitCode ?? ownCode) : ownCode;
  // What it has started and left behind would go on listening where nobody expects it.
  if (life.phase === 'starting')
    return { life: { phase: 'over' }, actions: [KILL, { do: 'exit', exitCode }] };
  return next({ phase: 'leaving', exitCode }, KILL, { do: 'withdraw' });
}

const KILL: LifeAction = { do: 'kill' };

function stopping(requests: number, exitCode?: number): LifeStep {
  return next({ phase: 'stopping', requests, ...given(exitCode) }, { do: 'stop' }, { do: 'begin_grace' });
}

function killed({ exitCode }: Extract<Life, { phase: 'stopping' }>): LifeStep {
  return next({ phase: 'killed', ...given(exitCode) }, KILL);
}

function over(exitCode: number): LifeStep {
  return next({ phase: 'over' }, { do: 'exit', exitCode });
}

function given(exitCode: number | undefined): { readonly exitCode?: number } {
  return exitCode === undefined ? {} : { exitCode };
}

function next(life: Life, ...actions: readonly LifeAction[]): LifeStep {
  return { life, actions };
}
