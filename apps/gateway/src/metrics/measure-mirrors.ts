import type { Registry } from 'prom-client';
import { SubjectCounter } from './subject-counter';

/** @returns what counts a copy, by the service that it was for and what became of it */
export function measureMirrors(registry: Registry): (service: string, result: string) => void {
  const copies = new SubjectCounter({
    name: 'rollcall_gateway_mirrored_requests_total',
    help: 'Copies of requests for another service: answered, or dropped and why.',
    labelNames: ['upstream_service', 'result'],
    registers: [registry],
  });
  return (service, result) => copies.count(service, result);
}
