import { SpanStatusCode, type Span } from './opentelemetry';

export type SpanValues = Readonly<Record<string, string | number | boolean | undefined>>;

/** A span that is being recorded. After `end` every call does nothing. */
export interface RecordedSpan {
  rename(name: string): void;
  set(attributes: SpanValues): void;
  addEvent(name: string, attributes?: SpanValues): void;
  fail(errorType?: string): void;
  /** @param endedAt milliseconds since 1970; default: now */
  end(endedAt?: number): void;
}

/** The SDK bounds values, and not names. */
const LONGEST_NAME = 256;

export function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : name.slice(0, LONGEST_NAME);
}

export function recordedSpan(span: Span): RecordedSpan {
  return {
    rename: (name) => void span.updateName(shortened(name)),
    set: (attributes) => void span.setAttributes({ ...attributes }),
    addEvent: (name, attributes = {}) => void span.addEvent(shortened(name), { ...attributes }),
    fail(errorType) {
      if (errorType !== undefined) span.setAttribute('error.type', errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
    end: (endedAt) => span.end(endedAt),
  };
}
