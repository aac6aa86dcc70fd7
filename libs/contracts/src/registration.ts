import Joi from 'joi';
import { announcedRouteSchema, type AnnouncedRoute } from './announced-route';
import {
  INSTANCE_PROTOCOLS,
  ownStatusSchema,
  registrysFields,
  type Instance,
  type InstanceProtocol,
} from './instance';
import { instanceUrlSchema } from './instance-url';
import { PATH_SEGMENTS, serviceNameSchema } from './service-name';

/** Body of `POST /register`. Only `service_name` and `url` are required. */
export interface RegisterRequest {
  readonly service_name: string;
  readonly url: string;
  /** Chosen by the process, unique in the catalog; the registry makes one where it is missing. */
  readonly instance_id?: string;
  readonly version?: string;
  readonly zone?: string;
  readonly tags?: readonly string[];
  readonly weight?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly routes?: readonly AnnouncedRoute[];
  /** 5–86400, or 0 for no lease. */
  readonly ttl_seconds?: number;
  readonly health_path?: string;
  /** `h2c` for a server that speaks HTTP/2 without TLS, such as one of gRPC. Left out, it is `http/1.1`. */
  readonly protocol?: InstanceProtocol;
  readonly status?: 'up' | 'starting';
}

/** Answer of `POST /register`. */
export interface RegisterResponse extends Instance {
  /** What is to be mended; absent when nothing is. */
  readonly warnings?: readonly string[];
}

/** Kept as it came; only blanks are nothing. */
const label = Joi.string().pattern(/\S/, 'text that is not blank').max(64);

/** 1–128 characters that are safe in a path segment and a header. */
const INSTANCE_ID = /^[A-Za-z0-9._:-]{1,128}$/;

export const instanceIdSchema = Joi.string()
  .pattern(INSTANCE_ID, 'letters, digits, ".", "_", ":", "-"')
  .invalid(...PATH_SEGMENTS);

/** The same check as the schema's, at a fraction of the cost. */
export function isInstanceId(text: string): boolean {
  return INSTANCE_ID.test(text) && !PATH_SEGMENTS.includes(text);
}

/** Bounded, since it is stored, and sent to every watcher of the service with every change of the instance. */
const MAX_METADATA_BYTES = 4096;

function bytesOf(metadata: Readonly<Record<string, string>>): number {
  return Object.entries(metadata).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
}

/** Adds no defaults: those belong to the catalog, which knows its own lease time. */
export const registerRequestSchema = Joi.object<RegisterRequest>({
  ...registrysFields,
  service_name: serviceNameSchema.required(),
  url: instanceUrlSchema.required(),
  instance_id: instanceIdSchema,
  version: label,
  zone: label,
  tags: Joi.array().items(label).max(64).unique(),
  weight: Joi.number().integer().min(1).max(1000),
  metadata: Joi.object()
    .pattern(/^[\s\S]{1,128}$/, Joi.string().allow('').max(1024))
    .max(64)
    .custom((metadata: Readonly<Record<string, string>>, helpers) =>
      bytesOf(metadata) <= MAX_METADATA_BYTES
        ? metadata
        : helpers.message({
            custom: `{{#label}} must have at most ${MAX_METADATA_BYTES} bytes of keys and values together`,
          }),
    ),
  routes: Joi.array().items(announcedRouteSchema).max(64),
  ttl_seconds: Joi.alternatives(Joi.number().valid(0), Joi.number().integer().min(5).max(86_400)),
  health_path: Joi.string()
    .pattern(/^\/[^\s#\p{Cc}]*$/u, 'absolute path')
    .max(256)
    .description('Asked by probes; /grpc.health.v1.Health/Check by gRPC, where HTTP/2 is spoken.'),
  protocol: Joi.string()
    .valid(...INSTANCE_PROTOCOLS)
    .description('h2c: HTTP/2 without TLS (gRPC). Servers behind https agree on their protocol by ALPN.'),
  status: ownStatusSchema,
}).required();
