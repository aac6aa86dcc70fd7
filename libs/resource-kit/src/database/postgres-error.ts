import { DatabaseError } from 'pg';
import { databaseUnavailable } from './database-unavailable';
import { databaseUnusable } from './database-unusable';

/**
 * SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html) of a server that cannot do now what it
 * may do in a moment: connection failures (08), too little of something (53), shutting down or starting up
 * (57P01–57P03, 57P05), an error of its system (58), a standby or a server that has become one (25006), a wait that
 * was ended (25P03, 55P03, 57014), a transaction that met another (40).
 */
const AWAY = /^(?:08|53|58|40|57P0[1235]|57014|25006|25P03|55P03)/;

/** SQLSTATEs of a name or a password that is wrong (28), and of a database that does not exist (3D000). */
const MISCONFIGURED = /^(?:28|3D000)/;

/** What pg throws, as the rest of the program knows it. */
export function translatePostgresError(error: unknown): unknown {
  if (!breaksConnection(error)) return isAway(error) ? databaseUnavailable(error) : error;
  return isMisconfigured(error)
    ? databaseUnusable(`PostgreSQL refuses the connection: ${error.message}. Set DATABASE_URL.`, error)
    : databaseUnavailable(error);
}

/**
 * Whether a connection is of no use any more. The server says so by a FATAL error; whatever else is not its word on
 * a statement comes from the wire, or from nobody answering on it. Mistakes of ours are neither.
 */
export function breaksConnection(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.severity === 'FATAL' || error.severity === 'PANIC';
  return !(error instanceof TypeError || error instanceof RangeError);
}

function isAway(error: unknown): boolean {
  return error instanceof DatabaseError && AWAY.test(error.code ?? '');
}

function isMisconfigured(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && MISCONFIGURED.test(error.code ?? '');
}
