/** An answer before any web framework has seen it; whatever serves the call writes it out. */
export interface Reply {
  readonly status: number;
  /** Sent as JSON; none is an empty answer. */
  readonly body?: object;
}
