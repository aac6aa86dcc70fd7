import { ownStatusSchema } from './instance';
import { isInstanceId } from './registration';
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
  status: ownStatusSchema,
});

/**
 * Whether this is the heartbeat that our own clients send. It is valid without running the schema, which costs several
 * times as much as the rest of a heartbeat. `true` only for what the schema accepts unchanged; all else is validated.
 */
export function recogniseHeartbeat(body: object): HeartbeatRequest | undefined {
  let instanceId: string | undefined;
  let epoch: number | undefined;
  let status: 'up' | 'starting' | undefined;
  for (const [key, value] of Object.entries<unknown>({ ...body })) {
    if (key === 'instance_id' && typeof value === 'string' && isInstanceId(value)) instanceId = value;
    else if (key === 'epoch' && Number.isSafeInteger(value) && Number(value) >= 1) epoch = Number(value);
    else if (key === 'status' && (value === 'up' || value === 'starting')) status = value;
    else return undefined;
  }
  if (instanceId === undefined) return undefined;
  return {
    instance_id: instanceId,
    ...(epoch === undefined ? {} : { epoch }),
    ...(status === undefined ? {} : { status }),
  };
}
