import type { Logger } from '@rollcall/service-kit';
import { logFailuresByService, type FailureLog } from './failure-log';
import { createTaskLoop, type TaskLoop } from './interval-loop';
import type { Clock } from './ports/clock';
import type { OverrideEnds } from './use-cases/end-overrides';

export interface OverrideLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logFailure: FailureLog;
  readonly endOverrides: () => Promise<OverrideEnds>;
}

/** An override lasts a second at least: that it ends up to a second late does not matter. */
const EVERY_MS = 1000;

/** A loop that removes overrides whose end has come, also those whose end came while no registry ran. */
export function createOverrideLoop({
  clock,
  logger,
  logFailure,
  endOverrides,
}: OverrideLoopOptions): TaskLoop {
  return createTaskLoop({
    clock,
    intervalMs: EVERY_MS,
    async run() {
      try {
        const { ended, failures } = await endOverrides();
        for (const { serviceName, instanceIds, override, by } of ended)
          logger.info(`the override of ${serviceName} ${instanceIds.at(-1) ?? ''} has ended`, {
            event: 'override_ended',
            service_name: serviceName,
            instance_ids: instanceIds,
            reason: override.reason,
            set_by: by,
          });
        logFailuresByService(logFailure, failures, {
          event: 'override_end_failed',
          messageOf: (name) => `overrides of ${name} whose end has come could not be removed; retrying`,
        });
      } catch (error) {
        logFailure('overrides whose end has come could not be removed; retrying', {
          event: 'override_end_failed',
          error,
        });
      }
    },
  });
}
