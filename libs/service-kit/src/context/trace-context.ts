import type { RandomHex } from './random-hex';

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
  /** Where a trace was begun anew: the caller's own place, which is not believed and so no parent. */
  readonly link?: { readonly traceId: string; readonly spanId: string };
}

/**
 * Whether a trace is recorded, decided before anything is made for it.
 *
 * @param parentFlags of the caller, when there is one
 */
export type Sample = (traceId: string, parentFlags: number | undefined) => boolean;

/** How contexts are made while spans are recorded. */
export interface Sampling {
  readonly sample: Sample;
  /** Whether the caller's trace is gone on with: a stranger who is believed decides what is recorded, and how much. */
  readonly believed: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const LONGEST_STATE = 512;
const SAMPLED = 1;

/**
 * This hop's context: a child of the caller's when `traceparent` is valid, else the root of a new trace.
 *
 * @param sampling none while nothing is recorded: then flags are passed on, and a new trace leaves the decision to others
 */
export function traceContextFrom(
  headers: { traceparent?: string | undefined; tracestate?: string | undefined },
  randomHex: RandomHex,
  sampling?: Sampling,
): TraceContext {
  const parent = parseTraceparent(headers.traceparent);
  if (parent === undefined || sampling?.believed === false) {
    const ids = randomHex(TRACE_ID_BYTES + SPAN_ID_BYTES);
    const traceId = ids.slice(0, 2 * TRACE_ID_BYTES);
    const spanId = ids.slice(2 * TRACE_ID_BYTES);
    const flags = (sampling?.sample(traceId, undefined) ?? true) ? SAMPLED : 0;
    if (parent === undefined) return { traceId, spanId, flags };
    return { traceId, spanId, flags, link: { traceId: parent.traceId, spanId: parent.parentSpanId } };
  }
  const { tracestate } = headers;
  const keepState = tracestate !== undefined && tracestate.length <= LONGEST_STATE;
  const context = {
    ...parent,
    spanId: randomHex(SPAN_ID_BYTES),
    ...(keepState ? { state: tracestate } : {}),
  };
  if (sampling === undefined) return context;
  return { ...context, flags: sampling.sample(parent.traceId, parent.flags) ? SAMPLED : 0 };
}

/** The context of a piece of work below `parent`, in the same trace. */
export function childContext(parent: TraceContext, randomHex: RandomHex): TraceContext {
  const { traceId, flags, state, spanId: parentSpanId } = parent;
  const spanId = randomHex(SPAN_ID_BYTES);
  return { traceId, spanId, parentSpanId, flags, ...(state === undefined ? {} : { state }) };
}

export function isSampled({ flags }: TraceContext): boolean {
  return (flags & SAMPLED) !== 0;
}

/** `undefined` for anything the specification tells a receiver to ignore. */
export function parseTraceparent(
  value: string | undefined,
): { traceId: string; parentSpanId: string; flags: number } | undefined {
  if (value === undefined) return undefined;
  const match = TRACEPARENT.exec(value);
  if (match === null) return undefined;
  const [, version, traceId = '', parentSpanId = '', flags = '00', rest] = match;
  // Version ff is forbidden; version 00 has exactly four fields, later ones may have more.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentSpanId)) return undefined;
  // Only the flag that this version knows is passed on (§3.2.2.5).
  return { traceId, parentSpanId, flags: Number.parseInt(flags, 16) & SAMPLED };
}

/** The header for the next hop, whose parent is this one. */
export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${formatTraceFlags(trace)}`;
}

/** Two hex digits, as in `traceparent` and in logs. */
export function formatTraceFlags({ flags }: TraceContext): string {
  // The only two that are in use, and every request is one of them.
  if (flags === SAMPLED) return '01';
  return flags === 0 ? '00' : flags.toString(16).padStart(2, '0');
}

/** A place in a trace as logs name it (https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/). */
export function traceFields(trace: TraceContext): {
  readonly trace_id: string;
  readonly span_id: string;
  readonly trace_flags: string;
} {
  return { trace_id: trace.traceId, span_id: trace.spanId, trace_flags: formatTraceFlags(trace) };
}
