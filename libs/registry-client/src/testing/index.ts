export { createFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from './fake-registry';
export type { FakeProblem } from './fake-answer';
export type { RecordedCall } from './fake-request';
export { createFixedResolver, type FixedResolver } from './fixed-resolver';
