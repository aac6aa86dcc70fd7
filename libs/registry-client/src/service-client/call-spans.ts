import type { AxiosResponse } from 'axios';
import axios from 'axios';
import type { AttemptResult } from './attempt';
import { attemptErrorType } from './attempt-error-type';

/** The part of `@opentelemetry/api`'s `Tracer` that is used here: one of any version fits, and none is depended on. */
export interface CallTracer {
  startActiveSpan<T>(name: string, options: CallSpanOptions, work: (span: CallSpan) => T): T;
}

export interface CallSpanOptions {
  /** 0 is internal, 2 client. */
  readonly kind: number;
  readonly attributes?: Record<string, string | number>;
}

/** The part of `@opentelemetry/api`'s `Span` that is used here. */
export interface CallSpan {
  spanContext(): {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
    readonly traceState?: { serialize(): string };
  };
  setAttributes(attributes: Record<string, string | number>): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

const INTERNAL = 0;
const CLIENT = 2;
const ERROR = 2;

/** A call with all its attempts, as an internal span that they are below. */
export async function spanOfCall(
  tracer: CallTracer | undefined,
  serviceName: string,
  work: () => Promise<AxiosResponse>,
): Promise<AxiosResponse> {
  if (tracer === undefined) return work();
  const attributes = { 'rollcall.service': serviceName };
  return tracer.startActiveSpan(`call ${serviceName}`, { kind: INTERNAL, attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      fail(span, axios.isAxiosError(error) ? (error.code ?? 'failed') : 'failed');
      throw error;
    } finally {
      span.end();
    }
  });
}

export interface SpannedAttempt {
  readonly method: string;
  readonly url: string;
  readonly instanceId: string;
  /** Attempts of the same call before this one. */
  readonly resends: number;
}

/**
 * An attempt as a client span, by https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
 *
 * @param send gets the header fields that name the span to the instance
 */
export async function spanOfAttempt(
  tracer: CallTracer | undefined,
  { method, url, instanceId, resends }: SpannedAttempt,
  send: (headers: Readonly<Record<string, string>>) => Promise<AttemptResult>,
): Promise<AttemptResult> {
  if (tracer === undefined) return send({});
  const { hostname, port, protocol } = new URL(url);
  const attributes = {
    'http.request.method': method,
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'rollcall.instance.id': instanceId,
    ...(resends > 0 && { 'http.request.resend_count': resends }),
  };
  return tracer.startActiveSpan(method, { kind: CLIENT, attributes }, async (span) => {
    const result = await send(contextHeaders(span));
    if (result.outcome !== 'response') fail(span, attemptErrorType(result.outcome));
    else {
      const { status } = result.response;
      span.setAttributes({ 'http.response.status_code': status });
      if (status >= 400) fail(span, String(status));
    }
    span.end();
    return result;
  });
}

function fail(span: CallSpan, errorType: string): void {
  span.setAttributes({ 'error.type': errorType });
  span.setStatus({ code: ERROR });
}

/** W3C Trace Context; none where the tracer has no trace to go on with. */
function contextHeaders(span: CallSpan): Record<string, string> {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  if (/^0*$/.test(traceId)) return {};
  const state = traceState?.serialize() ?? '';
  return {
    traceparent: `00-${traceId}-${spanId}-${(traceFlags & 1) === 1 ? '01' : '00'}`,
    ...(state !== '' && { tracestate: state }),
  };
}
