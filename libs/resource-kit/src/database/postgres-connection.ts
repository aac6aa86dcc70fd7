import type { PostgresCursor, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { PoolClient, QueryConfig } from 'pg';
import { databaseUnavailable } from './database-unavailable';
import { breaksConnection, translatePostgresError } from './postgres-error';

/** A connection of the pool while it is in use. It is lent out again only if nothing happened to it. */
export interface LentConnection extends PostgresPoolClient {
  /** Nothing that is asked of it is cut off any more; it is closed when it is released, or when this fails. */
  liftTimeLimits(): Promise<void>;
  /** Closes it, also while a statement is still running. */
  cut(): void;
}

export interface LendOptions {
  /** Milliseconds to wait for each answer; no limit when not given. */
  readonly answerMs?: number;
  readonly onReleased: () => void;
}

export function lendConnection(client: PoolClient, { answerMs, onReleased }: LendOptions): LentConnection {
  /** What happened to it. */
  let flaw: Error | undefined;
  let closeAfterUse = false;
  let released = false;
  // The pool listens to idle connections only. Between two statements of a transaction nobody else does, and an
  // error that nobody hears would end the process.
  const onError = (error: Error): void => void (flaw ??= error);
  client.on('error', onError);

  async function ask(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    if (flaw !== undefined) throw databaseUnavailable(flaw);
    const config: QueryConfig & { query_timeout?: number } = {
      text,
      values: [...values],
      ...(answerMs === undefined ? {} : { query_timeout: answerMs }),
    };
    try {
      return (await client.query(config)) as PostgresQueryResult<unknown>;
    } catch (error) {
      if (error instanceof Error && breaksConnection(error)) flaw ??= error;
      throw translatePostgresError(error);
    }
  }

  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query(
    statement: string | PostgresCursor<unknown>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<unknown>> | PostgresCursor<unknown> {
    if (typeof statement !== 'string') throw new Error('Rows are not read by cursor here.');
    return ask(statement, values);
  }

  function release(): void {
    if (released) return;
    released = true;
    client.off('error', onError);
    client.release(flaw ?? closeAfterUse);
    onReleased();
  }

  return {
    query,
    release,
    async liftTimeLimits() {
      closeAfterUse = true;
      await ask('set statement_timeout = 0', []).catch((error: unknown) => {
        release();
        throw error;
      });
    },
    cut() {
      closeAfterUse = true;
      release();
    },
  };
}
