import { currentContext, isSampled, type Tracer } from '@rollcall/service-kit';
import type { Logger } from 'kysely';
import type { DatabaseLocation } from './database-location';

/**
 * A span for each query that a request makes, told of when it is over. The text has placeholders where values stood, so
 * that no row is in it. Attributes by https://opentelemetry.io/docs/specs/semconv/database/database-spans/.
 */
export function querySpans(tracer: Tracer, location: DatabaseLocation): Logger {
  const system = location.kind === 'postgres' ? 'postgresql' : 'sqlite';
  return (event) => {
    const trace = currentContext()?.trace;
    // Migrations and checks belong to no request.
    if (trace === undefined || !isSampled(trace)) return;
    const { sql } = event.query;
    const operation = (/^\s*(\w+)/.exec(sql)?.[1] ?? 'query').toUpperCase();
    const endedAt = performance.timeOrigin + performance.now();
    const span = tracer.startChild(trace, {
      name: operation,
      kind: 'client',
      attributes: { 'db.system.name': system, 'db.operation.name': operation, 'db.query.text': sql },
      startedAt: endedAt - event.queryDurationMillis,
    });
    if (event.level === 'error') span.fail(errorType(event.error));
    span.end(endedAt);
  };
}

function errorType(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'query_failed';
}
