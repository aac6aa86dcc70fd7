import type { Logger } from '@rollcall/service-kit';
import type { CommittedChange } from './catalog/changes/change';

/** One line for what became of each instance. */
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
