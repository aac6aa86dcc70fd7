import Joi from 'joi';
import { instanceReferenceKeys, referencing, type InstanceReference } from './instance-reference';

/** Body of `POST /heartbeat`. `status: up` ends `starting`. */
export type HeartbeatRequest = InstanceReference & { readonly status?: 'up' | 'starting' };

/** Answer to a heartbeat: when to send the next one, and what the registry wants mended. */
export interface HeartbeatResponse {
  readonly instance_id: string;
  readonly epoch: number;
  readonly ttl_seconds: number;
  readonly heartbeat_interval_seconds: number;
  /** Whole epoch seconds. */
  readonly last_heartbeat: number;
  readonly warnings?: readonly string[];
}

export const heartbeatRequestSchema = referencing<HeartbeatRequest>({
  ...instanceReferenceKeys,
  status: Joi.string().valid('up', 'starting'),
});
