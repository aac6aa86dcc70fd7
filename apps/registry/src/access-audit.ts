import type { Logger } from '@rollcall/service-kit';
import { Counter, type Registry } from 'prom-client';
import type { AccessDenial } from './access/access-denial';

/** Who was refused what: each a line in the log for whoever audits it, and counted for whoever wants to be woken. */
export function createAccessAudit(logger: Logger, registry: Registry): (denial: AccessDenial) => void {
  const denials = new Counter({
    name: 'rollcall_registry_access_denied_total',
    help: 'Calls refused: no_token, unknown_token, insufficient_scope, wrong_stream_secret.',
    labelNames: ['reason'],
    registers: [registry],
  });
  return (denial) => {
    denials.labels(denial.reason).inc();
    logger.warn('access denied', denial);
  };
}
