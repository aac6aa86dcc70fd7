import type { Logger } from '@rollcall/service-kit';
import type { JournalEvent } from './journal-event';

/** Logs each event of the store as one line. */
export function logJournalEvent(logger: Logger, path: string, event: JournalEvent): void {
  switch (event.type) {
    case 'restored':
      logger.info(`${event.instances} instances found in ${path}`, {
        event: 'catalog_restored',
        path,
        catalog_id: event.catalogId,
        revision: event.revision,
        instances: event.instances,
        took_ms: Math.round(event.tookMs),
      });
      return;
    case 'begun':
      logger.info(`a new catalog is kept in ${path}`, {
        event: 'catalog_begun',
        path,
        catalog_id: event.catalogId,
      });
      return;
    case 'copied':
      logger.warn(
        `${path} is a copy, so changes made since then may be missing: the catalog goes on under a new id. ` +
          'Instances that are missing register again by themselves; overrides made since then have to be made again.',
        { event: 'catalog_copied', path, catalog_id: event.catalogId, former_catalog_id: event.formerId },
      );
      return;
    case 'torn_end_dropped':
      logger.info(
        'the previous process ended in the middle of a write; that change was never acknowledged and is dropped',
        {
          event: 'catalog_torn_end_dropped',
          path,
          bytes: event.bytes,
        },
      );
      return;
    case 'damaged': {
      const { file, faults } = event.damage;
      const where = event.asideAs === undefined ? 'stays where it is' : `is kept as ${event.asideAs}`;
      logger.error(
        `${file} in ${path} is damaged: ${faults.join('; ')}. What is whole was read; the file ${where}. ` +
          'Instances that are missing register again by themselves.',
        { event: 'catalog_damaged', path, file, faults },
      );
      return;
    }
    case 'not_claimed':
      logger.warn(`cannot determine whether another registry uses ${path}; make sure that none does`, {
        event: 'catalog_not_claimed',
        path,
        error: event.error,
      });
      return;
    case 'write_failed':
      logger.error(
        `the catalog cannot be written to ${path}: registrations fail until it can; check the disk`,
        {
          event: 'catalog_write_failed',
          path,
          error: event.error,
        },
      );
      return;
    case 'write_recovered':
      logger.info(`the catalog is written to ${path} again`, { event: 'catalog_write_recovered', path });
      return;
    case 'folder_lost':
      logger.error(
        `another registry writes to ${path}, so this one has stopped writing. Stop one of the two`,
        {
          event: 'catalog_folder_lost',
          path,
        },
      );
      return;
    case 'snapshot_written':
      logger.info('the journal was replaced by a snapshot', {
        event: 'catalog_snapshot_written',
        path,
        bytes: event.bytes,
        took_ms: Math.round(event.tookMs),
      });
      return;
    case 'snapshot_failed':
      logger.warn('no snapshot could be written, so the journal keeps growing; check the disk', {
        event: 'catalog_snapshot_failed',
        path,
        error: event.error,
      });
      return;
  }
}
