export { createFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from './fake-registry';
export type { FakeProblem } from './fake-problem';
export type { RecordedCall } from './fake-request';
