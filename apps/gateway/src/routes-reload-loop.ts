import {
  ConfigError,
  createFileWatchLoop,
  createSettling,
  faultLines,
  type LookReason,
  type NextLook,
} from '@rollcall/service-kit';
import type { RoutesReading, RoutesSource, RoutesFault } from './ports/routes-source';
import type { RoutesStatus } from './routes-file/routes-status';
import type { Route } from './routing/route';

export type RoutesEvent =
  | { readonly type: 'loaded'; readonly hash: string; readonly routes: number }
  /** The routes before stay in force. */
  | { readonly type: 'refused'; readonly hash: string; readonly faults: readonly RoutesFault[] };

export interface RoutesReloadLoop {
  /** @throws ConfigError, which names everything that is wrong: there are no routes before that could stay in force */
  start(): void;
  /** Idempotent. */
  stop(): void;
  /** `undefined` before the start. */
  status(): RoutesStatus | undefined;
}

export interface RoutesReloadLoopOptions {
  readonly source: RoutesSource;
  /** Brings routes into force, in place of all that were. */
  readonly apply: (routes: readonly Route[]) => void;
  readonly onEvent: (event: RoutesEvent) => void;
  /** Milliseconds. Too low reads the disk for nothing; too high keeps people waiting. Default 2000. */
  readonly everyMs?: number;
  /** How long a new content has to stand before it is believed. Default 200. */
  readonly settleMs?: number;
}

/**
 * Follows the routes file. A bad one changes nothing. A new content is looked at a second time before it is taken: a file
 * that is being written is, line by line, a good file with fewer routes. SIGHUP says that it is whole.
 */
export function createRoutesReloadLoop(options: RoutesReloadLoopOptions): RoutesReloadLoop {
  const { source, apply, onEvent, everyMs = 2000, settleMs = 200 } = options;
  const settling = createSettling();
  const loop = createFileWatchLoop({ look, everyMs, settleMs });
  let status: RoutesStatus | undefined;

  return {
    start() {
      const faults = judge(source.read());
      if (faults.length > 0)
        throw new ConfigError(
          faultLines(faults).map((line) => ({ path: 'ROUTES_FILE', message: `ROUTES_FILE ${line}` })),
        );
      loop.start();
    },
    stop: () => void loop.stop(),
    status: () => status,
  };

  function look(reason: LookReason): NextLook {
    const reading = source.read();
    const state = settling.see(reading.hash);
    if (reason === 'timer' && state === 'unsettled') return 'soon';
    if (reason === 'sighup' || state === 'settled') judge(reading);
    return 'later';
  }

  function judge(reading: RoutesReading): readonly RoutesFault[] {
    const parsed = reading.parse();
    const { hash } = parsed;
    settling.judged(hash);
    const now = new Date().toISOString();
    if ('faults' in parsed) {
      const { faults } = parsed;
      if (status !== undefined) {
        status = { ...status, fault: { at: now, hash, faults } };
        onEvent({ type: 'refused', hash, faults });
      }
      return faults;
    }
    const count = parsed.routes.length;
    status = { path: source.name, hash, loaded_at: now, routes: count, fault: null };
    apply(parsed.routes);
    onEvent({ type: 'loaded', hash, routes: count });
    return [];
  }
}
