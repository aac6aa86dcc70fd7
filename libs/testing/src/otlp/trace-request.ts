import type { Field, FieldForm, Message } from './protobuf';

const one = (name: string, form: FieldForm): Field => ({ name, form });
const many = (name: string, form: FieldForm): Field => ({ name, form, repeated: true });

// https://github.com/open-telemetry/opentelemetry-proto: collector/trace/v1, trace/v1, common/v1, resource/v1.
const anyValue: Message = () => ({
  1: one('stringValue', 'text'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'uint64'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => ({ 1: many('values', anyValue) })),
});
const keyValue: Message = () => ({ 1: one('key', 'text'), 2: one('value', anyValue) });
const span: Message = () => ({
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  3: one('traceState', 'text'),
  4: one('parentSpanId', 'hex'),
  5: one('name', 'text'),
  6: one('kind', 'number'),
  7: one('startTimeUnixNano', 'uint64'),
  8: one('endTimeUnixNano', 'uint64'),
  9: many('attributes', keyValue),
  11: many('events', () => ({ 2: one('name', 'text'), 3: many('attributes', keyValue) })),
  13: many('links', () => ({ 1: one('traceId', 'hex'), 2: one('spanId', 'hex') })),
  15: one('status', () => ({ 2: one('message', 'text'), 3: one('code', 'number') })),
});

/** `ExportTraceServiceRequest` in protobuf. */
export const traceRequest: Message = () => ({
  1: many('resourceSpans', () => ({
    1: one('resource', () => ({ 1: many('attributes', keyValue) })),
    2: many('scopeSpans', () => ({ 2: many('spans', span) })),
  })),
});

export type SpanAttribute = string | number | boolean | readonly unknown[];

/** A span as a trace backend would show it. */
export interface ReceivedSpan {
  /** `service.name` of the process that it came from. */
  readonly service: string;
  /** What the process says of itself. */
  readonly resource: Readonly<Record<string, SpanAttribute>>;
  readonly traceId: string;
  readonly spanId: string;
  /** None for the root of a trace. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'other';
  readonly status: 'unset' | 'ok' | 'error';
  readonly attributes: Readonly<Record<string, SpanAttribute>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, SpanAttribute>>;
  }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
}

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
}
type KeyValues = readonly { readonly key: string; readonly value?: AnyValue }[];

/** OTLP's JSON, which has the same shape as what is decoded of protobuf. */
export interface TraceRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: KeyValues };
    readonly scopeSpans?: readonly { readonly spans?: readonly TraceRequestSpan[] }[];
  }[];
}
interface TraceRequestSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: KeyValues;
  readonly events?: readonly { readonly name: string; readonly attributes?: KeyValues }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

/** @throws TypeError when an id is not of its length, or none: backends refuse such a span */
export function spansIn({ resourceSpans = [] }: TraceRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const own = attributesOf(resource?.attributes);
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => receivedSpan(span, own)));
  });
}

const KINDS = ['other', 'internal', 'server', 'client'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

function receivedSpan(span: TraceRequestSpan, resource: ReceivedSpan['resource']): ReceivedSpan {
  const { traceId, spanId, parentSpanId = '', name, links = [], events = [] } = span;
  if (!/^(?!0+$)[\da-f]{32}$/.test(traceId) || !/^(?!0+$)[\da-f]{16}$/.test(spanId))
    throw new TypeError(`span "${name}" has trace id ${traceId} and span id ${spanId}`);
  return {
    service: String(resource['service.name']),
    resource,
    traceId,
    spanId,
    parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
    name,
    kind: KINDS[span.kind ?? 0] ?? 'other',
    status: STATUSES[span.status?.code ?? 0] ?? 'unset',
    attributes: attributesOf(span.attributes),
    events: events.map((event) => ({ name: event.name, attributes: attributesOf(event.attributes) })),
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    startedAt: Number(BigInt(span.startTimeUnixNano) / 1000n) / 1000,
    endedAt: Number(BigInt(span.endTimeUnixNano) / 1000n) / 1000,
  };
}

function attributesOf(list: KeyValues = []): Record<string, SpanAttribute> {
  return Object.fromEntries(list.map(({ key, value = {} }) => [key, attributeOf(value)]));
}

function attributeOf(value: AnyValue): SpanAttribute {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value;
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(attributeOf);
  if (intValue !== undefined) return Number(intValue);
  return stringValue ?? boolValue ?? doubleValue ?? '';
}
