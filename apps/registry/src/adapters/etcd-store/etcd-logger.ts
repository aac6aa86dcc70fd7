import type { Logger } from '@rollcall/service-kit';
import { textOf } from './etcd-errors';
import type { EtcdEvent } from './etcd-event';

/** Keys to be named in one line; an operator finds the others in etcd. */
const MOST_KEYS = 10;

/** Logs each event of the store and of the group as one line. */
export function logEtcdEvent(logger: Logger, event: EtcdEvent): void {
  switch (event.type) {
    case 'restored':
      logger.info('the catalog was read from etcd', {
        event: 'catalog_restored',
        catalog_id: event.catalogId,
        revision: event.revision,
        took_ms: Math.round(event.tookMs),
      });
      return;
    case 'connected':
      logger.info(`connected to etcd at ${event.endpoint}`, {
        event: 'etcd_connected',
        endpoint: event.endpoint,
      });
      return;
    case 'connection_failed':
      logger.warn(`an endpoint cannot be used: ${event.fault.message}`, {
        event: 'etcd_connection_failed',
        error: event.fault,
      });
      return;
    case 'watch_interrupted':
      logger.warn(`the watch is opened anew: ${event.fault.message}`, {
        event: 'etcd_watch_interrupted',
        error: event.fault,
      });
      return;
    case 'history_lost':
      logger.warn(
        `etcd cannot tell what changed after revision ${event.loss.position} (${event.loss.kind}): the catalog is read again`,
        { event: 'etcd_history_lost', kind: event.loss.kind, revision: event.loss.position },
      );
      return;
    case 'caught_up':
      logger.info(`the catalog was read again: ${event.why}`, {
        event: 'catalog_read_again',
        revision: event.revision,
      });
      return;
    case 'catch_up_failed':
      logger.error(`the catalog cannot be read from etcd and is tried again: ${textOf(event.error)}`, {
        event: 'catalog_read_failed',
        error: event.error,
      });
      return;
    case 'replaced':
      logger.warn(`the catalog was replaced as a whole: ${event.why}`, {
        event: 'catalog_replaced',
        catalog_id: event.catalogId,
      });
      return;
    case 'attached':
      logger.info('in contact with the other registries again', { event: 'registry_attached' });
      return;
    case 'detached':
      logger.error(
        'no contact with etcd for 8 s: heartbeats and changes are refused until it is back, so that instances turn to other registries',
        { event: 'registry_detached' },
      );
      return;
    case 'write_failed':
      logger.error(`the catalog cannot be changed in etcd: ${textOf(event.error)}`, {
        event: 'catalog_write_failed',
        error: event.error,
      });
      return;
    case 'write_recovered':
      logger.info('the catalog is written to etcd again', { event: 'catalog_write_recovered' });
      return;
    case 'lease_lost':
      logger.warn('the lease of this registry has ended in etcd; it joins the others again', {
        event: 'replica_lease_lost',
        replica: event.replicaId,
      });
      return;
    case 'leading':
      logger.info('this registry leads: it judges which instances are gone', {
        event: 'leadership_gained',
        term: event.token,
      });
      return;
    case 'not_leading':
      logger.info('this registry does not lead any more', { event: 'leadership_lost', term: event.token });
      return;
    case 'leave_failed':
      logger.warn(`the other registries could not be told of the shutdown: ${textOf(event.error)}`, {
        event: 'replica_leave_failed',
        error: event.error,
      });
      return;
    case 'unreadable':
      logger.warn(
        `${event.keys.length} instances in etcd cannot be read by this version, and are left as they are: ${named(event.keys)}`,
        { event: 'catalog_unreadable', count: event.keys.length },
      );
      return;
    case 'view_differs':
      logger.error(
        `etcd has not told of all changes (${event.keys.length} keys differ): ${named(event.keys)}. The catalog is read again`,
        { event: 'catalog_view_differs', count: event.keys.length },
      );
      return;
    case 'seen_unusable':
      logger.warn(
        `the revision that was seen last cannot be kept in DATA_DIR: a backup of etcd that is restored while all registries are away would not be noticed (${textOf(event.error)})`,
        { event: 'seen_revision_not_kept', error: event.error },
      );
      return;
    case 'alarms':
      if (event.alarms.length === 0) logger.info('etcd has no alarm any more', { event: 'etcd_alarms' });
      else
        logger.error(
          `etcd has raised an alarm: ${event.alarms.join(', ')}. With no_space it takes no changes: compact, defragment, then etcdctl alarm disarm`,
          { event: 'etcd_alarms', alarms: event.alarms },
        );
      return;
  }
}

function named(keys: readonly string[]): string {
  return keys.slice(0, MOST_KEYS).join(', ') + (keys.length > MOST_KEYS ? ', …' : '');
}
