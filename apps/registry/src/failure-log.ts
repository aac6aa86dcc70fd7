import { AppError, type Logger } from '@rollcall/service-kit';
import { leadershipLost } from './errors';

/** Logs that a piece of a leader's work failed. */
export type FailureLog = (
  message: string,
  fields: { readonly event: string; readonly error: unknown; readonly [field: string]: unknown },
) => void;

const LEADERSHIP_LOST = leadershipLost().code;

/**
 * For one term of leadership. That another replica leads by now is no fault, whatever was under way: it is told once, and
 * what that replica makes of it is in its log.
 */
export function createFailureLog(logger: Logger): FailureLog {
  let isOver = false;
  return (message, fields) => {
    const { error } = fields;
    if (!(error instanceof AppError && error.code === LEADERSHIP_LOST)) logger.error(message, fields);
    else if (!isOver) {
      isOver = true;
      logger.info('another replica leads by now: what this one was about to decide is left to it', {
        event: 'leader_fenced',
      });
    }
  };
}
