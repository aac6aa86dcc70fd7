/** W3C Trace Context (https://www.w3.org/TR/trace-context/), the part of it that every hop needs. */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits: this hop. */
  readonly spanId: string;
  /** The hop before, when there was one. */
  readonly parentSpanId?: string;
  /** Trace flags; bit 0 is `sampled`. */
  readonly flags: number;
  /** Vendors' part, passed on as it came. */
  readonly state?: string;
}

/** Fills with random bytes, e.g. `crypto.randomBytes`. */
export type RandomBytes = (size: number) => Buffer;

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const LONGEST_STATE = 512;

/** This hop's context: a child of the caller's when `traceparent` is valid, else the root of a new trace. */
export function traceContextFrom(
  headers: { traceparent?: string | undefined; tracestate?: string | undefined },
  randomBytes: RandomBytes,
): TraceContext {
  const spanId = randomBytes(8).toString('hex');
  const parent = parseTraceparent(headers.traceparent);
  if (parent === undefined) return { traceId: randomBytes(16).toString('hex'), spanId, flags: 1 };
  const { tracestate } = headers;
  const keepState = tracestate !== undefined && tracestate.length <= LONGEST_STATE;
  return { ...parent, spanId, ...(keepState ? { state: tracestate } : {}) };
}

/** `undefined` for anything the specification tells a receiver to ignore. */
export function parseTraceparent(
  value: string | undefined,
): { traceId: string; parentSpanId: string; flags: number } | undefined {
  const match = TRACEPARENT.exec(value ?? '');
  if (match === null) return undefined;
  const [, version, traceId = '', parentSpanId = '', flags = '00', rest] = match;
  // Version ff is forbidden; version 00 has exactly four fields, later ones may have more.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentSpanId)) return undefined;
  // Only the flag that this version knows is passed on (§3.2.2.5).
  return { traceId, parentSpanId, flags: Number.parseInt(flags, 16) & 1 };
}

/** The header for the next hop, whose parent is this one. */
export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.flags.toString(16).padStart(2, '0')}`;
}
