import { AppError, type Logger } from '@rollcall/service-kit';
import { leadershipLost } from './errors';

/** Logs that a piece of the registry's own work failed. */
export type FailureLog = (
  message: string,
  fields: { readonly event: string; readonly error: unknown; readonly [field: string]: unknown },
) => void;

const LEADERSHIP_LOST = leadershipLost().code;

/**
 * What is refused because of a state that is logged when it begins is not logged once more: while the store takes no
 * changes, that would be a line for each instance and second. That another replica leads by now is no fault, whatever was
 * under way: it is told once, for one term of leadership, and what that replica makes of it is in its log.
 */
export function createFailureLog(logger: Logger): FailureLog {
  let isOver = false;
  return (message, fields) => {
    const { error } = fields;
    if (error instanceof AppError && error.code === LEADERSHIP_LOST) {
      if (!isOver)
        logger.info('another replica leads by now: what this one was about to decide is left to it', {
          event: 'leader_fenced',
        });
      isOver = true;
    } else if (!(error instanceof AppError) || error.isLogged) logger.error(message, fields);
  };
}

/** The same of work that is done service by service, and was refused to some of them. */
export function logFailuresByService(
  logFailure: FailureLog,
  failures: ReadonlyMap<string, unknown>,
  { event, messageOf }: { readonly event: string; readonly messageOf: (serviceName: string) => string },
): void {
  for (const [serviceName, error] of failures)
    logFailure(messageOf(serviceName), { event, service_name: serviceName, error });
}
