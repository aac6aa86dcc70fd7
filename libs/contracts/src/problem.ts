/** Problem details, RFC 9457 (`application/problem+json`), with a `code` that programs may branch on. */
export interface Problem {
  /** `about:blank`: the title is the status's own phrase. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable, upper-case, e.g. `INSTANCE_NOT_FOUND`. */
  readonly code: string;
  readonly detail: string;
  readonly instance?: string;
  readonly request_id?: string;
  /** Every fault of a refused body or query. */
  readonly faults?: readonly Fault[];
}

/** One fault: where (`items.0.quantity`) and what. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';
