import type { IncomingMessage } from 'node:http';
import { bearerToken, type Logger } from '@rollcall/service-kit';
import { accessDenial } from '../access/access-denial';
import { accessError } from '../access/access-error';
import { authorise, type AccessRule } from '../access/authorise';
import type { NeededScope } from '../access/scope';

/** Whoever makes a call. */
export interface Caller {
  /**
   * Answers the caller's name, for events.
   *
   * @throws AppError 401 `UNAUTHORIZED`, 403 `FORBIDDEN`: it may not do what takes that scope
   */
  require(needed: NeededScope): string;
}

export type CallerOf = (req: IncomingMessage) => Caller;

export interface CallerOptions {
  /** The rule in force: asked for each call, so that rotated tokens hold from the next one on. */
  readonly rule: () => AccessRule;
  readonly logger: Logger;
}

/** Tells callers apart by their tokens; each refusal is a line in the log, for whoever audits it. */
export function createCallerOf({ rule, logger }: CallerOptions): CallerOf {
  return (req) => ({
    require(needed) {
      const result = authorise(rule(), bearerToken(req.headers.authorization), needed);
      if (result.kind === 'granted') return result.actor;
      const { method = '', url = '', socket } = req;
      const [path = ''] = url.split('?', 1);
      logger.warn(
        'access denied',
        accessDenial(result, { method, path, remoteAddress: socket.remoteAddress }),
      );
      throw accessError(result);
    },
  });
}
