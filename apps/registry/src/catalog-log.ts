import type { CatalogEvent } from '@rollcall/contracts';
import type { Logger } from '@rollcall/service-kit';
import type { Catalog } from './catalog/catalog';
import type { CommittedChange } from './catalog/changes/change';
import type { Entry } from './catalog/entry';
import type { ReplicaGroup } from './ports/replica-group';
import type { ContestFinding } from './probing/contest-notes';

/** Logs a committed change: one line for each instance. */
export function logChange(logger: Logger, { serviceName, revision, notes }: CommittedChange): void {
  for (const { type, instanceId, url, actor, reason } of notes)
    logger[type === 'route_refused' ? 'warn' : 'info'](`${serviceName} at ${url}: ${type} (${reason})`, {
      event: `instance_${type}`,
      service_name: serviceName,
      instance_id: instanceId,
      url,
      actor,
      reason,
      revision,
    });
}

export interface ContestLogOptions {
  readonly logger: Logger;
  readonly catalog: Pick<Catalog, 'revision'>;
  readonly group: Pick<ReplicaGroup, 'isShared' | 'replicaId'>;
}

/** Logs that a process asked for the address or the id of a living instance; returns the same for the history. */
export function logContest(
  { logger, catalog, group }: ContestLogOptions,
  { record }: Entry,
  { kind, instanceId, at }: ContestFinding,
): CatalogEvent {
  const { serviceName, url } = record.registration;
  const reason = `the registration of ${instanceId} is rejected: ${record.instanceId} is alive at ${url}`;
  logger.warn(`${serviceName}: ${reason}`, {
    event: kind,
    service_name: serviceName,
    url,
    held_by: record.instanceId,
    refused: instanceId,
  });
  return {
    revision: catalog.revision,
    at,
    type: kind,
    service_name: serviceName,
    instance_id: instanceId,
    url,
    actor: 'registry',
    reason,
    ...(group.isShared && { replica: group.replicaId }),
  };
}
