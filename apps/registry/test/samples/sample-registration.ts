import { registrationFrom, type Registration } from '../../src/catalog/instance/registration';

/** A registration as the catalog sees it. */
export function sampleRegistration(parts: Partial<Registration> = {}): Registration {
  const plain = registrationFrom({ service_name: 'product', url: 'http://10.0.0.1:8081' }, 30);
  return { ...plain, ...parts };
}
