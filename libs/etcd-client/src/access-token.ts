import { status } from '@grpc/grpc-js';
import type { Connection } from './connection';
import { asEtcdError, EtcdError } from './etcd-fault';
import { methods } from './protocol';

/** Whom etcd knows this client as. */
export interface User {
  readonly name: string;
  /** Asked each time a token is needed, so that a password that was changed is followed. */
  password(): string | Promise<string>;
}

/**
 * The one token that all calls carry. etcd spends 140 ms of CPU on checking a password, so nobody asks for a second one
 * while there is one, or one under way.
 */
export interface AccessToken {
  /** @returns `undefined` where etcd has authentication turned off */
  current(connection: Connection, deadlineMs: number): Promise<string | undefined>;
  /** etcd refused it: the next call gets another one. */
  refused(token: string | undefined): void;
}

export function createAccessToken(user: User): AccessToken {
  let known: { readonly token: string | undefined } | undefined;
  let underWay: Promise<string | undefined> | undefined;

  async function authenticate(connection: Connection, deadlineMs: number): Promise<string | undefined> {
    const request = { name: user.name, password: await passwordOf(user) };
    const token = await connection
      .call(methods.authenticate, request, { deadlineMs, token: undefined })
      .then((answer) => answer.token, withoutAuthentication);
    known = { token };
    return token;
  }

  return {
    async current(connection, deadlineMs) {
      if (known !== undefined) return known.token;
      underWay ??= authenticate(connection, deadlineMs).finally(() => (underWay = undefined));
      return underWay;
    },
    refused(token) {
      if (known?.token === token) known = undefined;
    },
  };
}

async function passwordOf(user: User): Promise<string> {
  try {
    return await user.password();
  } catch (error) {
    throw asEtcdError(error, 'unauthenticated', 'the password cannot be read: ');
  }
}

/** A user may be configured before authentication is turned on. */
function withoutAuthentication(error: unknown): undefined {
  const cause = error instanceof EtcdError ? error.cause : undefined;
  const isOff =
    cause instanceof Error &&
    'code' in cause &&
    cause.code === status.FAILED_PRECONDITION &&
    /not enabled/.test(cause.message);
  if (!isOff) throw error;
}
