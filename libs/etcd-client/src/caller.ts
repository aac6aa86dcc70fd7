import type { AccessToken } from './access-token';
import type { CallLimits, Connection } from './connection';
import type { Connector } from './connector';
import { EtcdError } from './etcd-fault';
import type { Method } from './protocol';

export interface CallOptions {
  /** Longest wait for the answer, connecting included, milliseconds. Default: that of the client. */
  readonly deadlineMs?: number;
  /**
   * Whether the call is one of those that are sent regularly. When two of them in a row get no answer in time, everything
   * moves on to the next endpoint. A single call without an answer does not: it looks the same while a leader is elected.
   */
  readonly heartbeat?: boolean;
}

/** Sends calls over the connection in use, and judges what their failures say of it. */
export interface Caller {
  /** A call that may be sent again: it changes nothing. @param large its answer may be */
  read<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    call: CallOptions,
    large?: boolean,
  ): Promise<Response>;
  /** A call that is sent again only if it was certainly not carried out. */
  write<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    call: CallOptions,
  ): Promise<Response>;
  attempt<T>(send: Send<T>, call: CallOptions, isRead: boolean): Promise<T>;
  /** For a connection that is used otherwise. @throws EtcdError */
  token(connection: Connection, deadlineMs?: number): Promise<string | undefined>;
}

type Send<T> = (connection: Connection, limits: CallLimits) => Promise<T>;

export interface CallerOptions {
  readonly connector: Connector;
  readonly accessToken: AccessToken | undefined;
  readonly usualDeadlineMs: number;
}

export function createCaller({ connector, accessToken, usualDeadlineMs }: CallerOptions): Caller {
  async function token(connection: Connection, deadlineMs = usualDeadlineMs): Promise<string | undefined> {
    try {
      return await accessToken?.current(connection, deadlineMs);
    } catch (error) {
      if (error instanceof EtcdError && isOfConnection(error)) connector.moveOn(connection, error);
      throw error instanceof EtcdError ? error.beforeSending() : error;
    }
  }

  /**
   * Sends a request over the connection in use, within its deadline. What etcd has certainly not carried out is sent
   * again after a token was renewed; what may have been carried out is sent again only if it is a read.
   */
  async function attempt<T>(
    send: Send<T>,
    { deadlineMs = usualDeadlineMs, heartbeat = false }: CallOptions,
    isRead: boolean,
  ): Promise<T> {
    const until = performance.now() + deadlineMs;
    const leftMs = (): number => Math.max(1, until - performance.now());
    for (let renewals = 0; ; ) {
      const connection = await connector.current({ ms: leftMs() });
      const carried = await token(connection, leftMs());
      try {
        const answer = await send(connection, { deadlineMs: leftMs(), token: carried });
        connector.succeeded(connection);
        if (heartbeat) connector.heartbeat(connection, undefined);
        return answer;
      } catch (error) {
        if (!(error instanceof EtcdError)) throw error;
        if (error.kind === 'unavailable') connector.moveOn(connection, error);
        if (error.kind === 'deadline' && heartbeat) connector.heartbeat(connection, error);
        if (error.kind === 'unauthenticated') {
          accessToken?.refused(carried);
          if (accessToken !== undefined && renewals++ === 0) continue;
        }
        if (error.kind === 'unavailable' && isRead && performance.now() < until) continue;
        throw error;
      }
    }
  }

  return {
    read: (method, request, call, large = false) =>
      attempt((connection, limits) => connection.call(method, request, { ...limits, large }), call, true),
    write: (method, request, call) =>
      attempt((connection, limits) => connection.call(method, request, limits), call, false),
    attempt,
    token,
  };
}

function isOfConnection({ kind }: EtcdError): boolean {
  return kind === 'unavailable' || kind === 'deadline';
}
