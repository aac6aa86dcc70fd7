import type { Logger } from '@rollcall/service-kit';
import type { DatabaseEvent } from './database-event';

const MESSAGES: Readonly<Record<DatabaseEvent['type'], string>> = {
  waiting: 'the database cannot be used yet; not ready until it can',
  connection_lost: 'a connection to the database is gone',
  keys_not_forgotten: 'old keys could not be forgotten',
};

/** Logs the events of a database, each as a warning: the service goes on. */
export function logDatabaseEvents(logger: Logger): (event: DatabaseEvent) => void {
  return ({ type, error }) => void logger.warn(MESSAGES[type], { event: `database_${type}`, error });
}
