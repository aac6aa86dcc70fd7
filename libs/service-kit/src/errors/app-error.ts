import type { Fault } from '@rollcall/contracts';

export interface AppErrorOptions {
  /** Stable and upper-case; callers branch on it. */
  readonly code: string;
  /** HTTP status it becomes at the edge. */
  readonly status: number;
  readonly message: string;
  /** Whether the message may be shown to the caller. Default: below 500 it may. */
  readonly expose?: boolean;
  /** More facts for the log; never sent. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Every fault of refused input; sent. */
  readonly faults?: readonly Fault[];
  /** Headers of the answer, e.g. `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether each answer with it is logged. Default: from 500 on. `false` where the cause is a state that is logged when it
   * begins and ends: thousands of callers are refused meanwhile.
   */
  readonly logged?: boolean;
  /** The setting that has to be changed before a start can succeed: the process ends as with a bad configuration. */
  readonly setting?: string | undefined;
  readonly cause?: unknown;
}

/** The one error that crosses layers. Each project keeps a catalogue of its own in `errors.ts`. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly status: number;
  readonly expose: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;
  readonly isLogged: boolean;
  readonly setting: string | undefined;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.expose = options.expose ?? options.status < 500;
    this.details = options.details ?? {};
    this.faults = options.faults ?? [];
    this.headers = options.headers ?? {};
    this.isLogged = options.logged ?? options.status >= 500;
    this.setting = options.setting;
  }
}
