import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Pool, type PoolClient, types, type CustomTypesConfig } from 'pg';
import { createConnectionSupply, type ConnectionSupply } from './connection-supply';
import { lendConnection, type LentConnection } from './postgres-connection';
import { translatePostgresError } from './postgres-error';
import { hasTimeLimit } from './time-limit';

export interface PostgresPoolOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Most connections at a time. */
  readonly maxConnections: number;
  /** Connections that are open before the first query and stay open; default none. */
  readonly minConnections?: number;
  /** A connection that nobody was using is gone, as when the server restarts. */
  readonly onConnectionLost?: (error: Error) => void;
  readonly timeouts?: Partial<PostgresTimeouts>;
}

/** Milliseconds. */
export interface PostgresTimeouts {
  /**
   * Longest wait for a connection, a new one or one that others are using; default 3000. Too low: bursts get 503
   * that only had to queue. Too high: callers wait that long to hear that the server is away.
   */
  readonly connectMs: number;
  /**
   * The same when no connection is open, since those that were open have been lost; default 750. After it nobody waits until
   * one is open again: whoever comes hears at once that the server is away. Too low: a server that restarts and is slow to
   * accept is called away. Too high: a gateway gives up its attempt (`attempt_timeout_ms`) before it hears of it, and says
   * 504 where this says 503 with `Retry-After`.
   */
  readonly unreachableMs: number;
  /**
   * Longest that the server may take over a statement, waits for locks included; default 5000. Too low: duplicates
   * that only had to wait for each other get 503. Too high: what is stuck holds its connection that long.
   */
  readonly statementMs: number;
  /**
   * Longest wait for the answer to a statement; default 6000. Longer than `statementMs`, because it is for a server
   * that cannot even say that time is up: one that hangs, or behind a network that swallows what is sent.
   */
  readonly answerMs: number;
  /**
   * Longest that a transaction may stand still; default 10 000. Without it, whoever is frozen in the middle of one
   * keeps its locks, and all who wait for them, for as long as it is frozen.
   */
  readonly idleInTransactionMs: number;
}

const TIMEOUTS: PostgresTimeouts = {
  connectMs: 3000,
  unreachableMs: 750,
  statementMs: 5000,
  answerMs: 6000,
  idleInTransactionMs: 10_000,
};

/** A connection may take this many times longer to come about than anybody waits for it: the next one gets it. */
const CONNECT_PATIENCE = 3;
/** But not longer than this, milliseconds: those that are opened to a server that is gone are in the way of new ones. */
const LONGEST_CONNECT_MS = 9000;

/**
 * pg's pool as the query layer wants it: bounded in number and in time, warm, and with errors of ours.
 *
 * @throws when `minConnections` cannot be opened
 */
export async function openPostgresPool(options: PostgresPoolOptions): Promise<PostgresPool> {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const { maxConnections } = options;
  const minConnections = Math.min(options.minConnections ?? 0, maxConnections);
  const pool = new Pool({
    connectionString: options.url,
    fallback_application_name: 'rollcall',
    max: maxConnections,
    min: minConnections,
    connectionTimeoutMillis: Math.min(timeouts.connectMs * CONNECT_PATIENCE, LONGEST_CONNECT_MS),
    statement_timeout: timeouts.statementMs,
    idle_in_transaction_session_timeout: timeouts.idleInTransactionMs,
    // Work without a time limit has nothing else to tell it that the server's machine is gone.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: postgresTypes,
  });
  // Unheard, the end of an idle connection would end the process.
  pool.on('error', (error) => options.onConnectionLost?.(error));
  // So would that of one between the pool and its user: a server that stops as it accepts a connection says both in one
  // packet. The first statement then fails.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const lent = new Set<LentConnection>();
  const { connectMs: waitMs, unreachableMs } = timeouts;
  const supply = createConnectionSupply(pool, { maxConnections, minConnections, waitMs, unreachableMs });
  try {
    await supply.warmUp();
  } catch (error) {
    await supply.end();
    throw translatePostgresError(error);
  }

  return {
    async connect(): Promise<PostgresPoolClient> {
      const isLimited = hasTimeLimit();
      const client = await connectedClient(supply);
      const connection = lendConnection(client, {
        ...(isLimited ? { answerMs: timeouts.answerMs } : {}),
        onReleased() {
          lent.delete(connection);
          supply.returned();
        },
      });
      lent.add(connection);
      if (!isLimited) await connection.liftTimeLimits();
      return connection;
    },
    async end() {
      for (const connection of lent) connection.cut();
      await supply.end();
    },
  };
}

async function connectedClient(supply: ConnectionSupply): Promise<PoolClient> {
  try {
    return await supply.take();
  } catch (error) {
    throw translatePostgresError(error);
  }
}

/** How values come out of PostgreSQL: `bigint` as a number, because all of ours are safe; the rest as pg has it. */
const postgresTypes: CustomTypesConfig = {
  getTypeParser: (type, format) =>
    type === types.builtins.INT8 && format !== 'binary'
      ? safeInteger
      : (types.getTypeParser(type, format) as (text: string) => unknown),
};

/** @throws RangeError for an integer that a number would not keep exactly */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer.`);
  return value;
}
