import { instanceReferenceKeys, referencing, type InstanceReference } from './instance-reference';

/** Body of `POST /deregister`. */
export type DeregisterRequest = InstanceReference;

export const deregisterRequestSchema = referencing<DeregisterRequest>(instanceReferenceKeys);
