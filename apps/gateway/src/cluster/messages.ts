import type { TakenLoad } from '@rollcall/registry-client';
import Joi from 'joi';
import type { Route } from '../routing/route';

/** How long the traffic's end may take. */
export interface StopLimits {
  readonly lingerMs: number;
  readonly timeoutMs: number;
}

/** What the primary tells a worker. */
export type PrimaryMessage =
  /** The first: begin. */
  | {
      readonly type: 'begin';
      /** Among how many it shares what is limited. */
      readonly workers: number;
      /** One of them keeps the catalog on disk for all. */
      readonly keepsCatalog: boolean;
      readonly routes: readonly Route[] | undefined;
      readonly instanceId: string;
      readonly identity: string | undefined;
    }
  | { readonly type: 'routes'; readonly routes: readonly Route[] }
  | { readonly type: 'identity'; readonly identity: string | undefined }
  | { readonly type: 'drain' }
  | { readonly type: 'stop'; readonly limits: StopLimits }
  | { readonly type: 'ask'; readonly id: number; readonly operation: string; readonly input: unknown };

/** What a worker tells the primary. */
export type WorkerMessage =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'not-started'; readonly code: string; readonly message: string }
  /** It has heard everything from a registry, once. */
  | { readonly type: 'synced' }
  /** What it has counted since it was last asked, just before it exits. */
  | { readonly type: 'last-load'; readonly load: TakenLoad }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | {
      readonly type: 'no-answer';
      readonly id: number;
      readonly code: string;
      readonly status: number;
      readonly message: string;
      /** Whether whoever asked may read the message. */
      readonly expose: boolean;
    };

const id = Joi.number().integer().min(0).required();
const limits = Joi.object({ lingerMs: Joi.number().required(), timeoutMs: Joi.number().required() });
const identity = Joi.string().optional();

// Routes were judged, and made plain data, by the primary that sends them.
const primarySchemas: Record<PrimaryMessage['type'], Joi.SchemaMap> = {
  begin: {
    workers: Joi.number().integer().min(1).required(),
    keepsCatalog: Joi.boolean().required(),
    routes: Joi.array().optional(),
    instanceId: Joi.string().required(),
    identity,
  },
  routes: { routes: Joi.array().required() },
  identity: { identity },
  drain: {},
  stop: { limits: limits.required() },
  ask: { id, operation: Joi.string().required(), input: Joi.any() },
};

const workerSchemas: Record<WorkerMessage['type'], Joi.SchemaMap> = {
  listening: { port: Joi.number().port().required() },
  'not-started': { code: Joi.string().required(), message: Joi.string().allow('').required() },
  synced: {},
  // Of the same build, as answers are.
  'last-load': { load: Joi.object().required() },
  answer: { id, answer: Joi.any() },
  'no-answer': {
    id,
    code: Joi.string().required(),
    status: Joi.number().required(),
    message: Joi.string().allow('').required(),
    expose: Joi.boolean().required(),
  },
};

/** @returns `undefined` for anything else: node:cluster and others send messages of their own */
export function primaryMessageOf(message: unknown): PrimaryMessage | undefined {
  return matching(primarySchemas, message) ? (message as PrimaryMessage) : undefined;
}

/** @returns `undefined` for anything else */
export function workerMessageOf(message: unknown): WorkerMessage | undefined {
  return matching(workerSchemas, message) ? (message as WorkerMessage) : undefined;
}

function matching(schemas: Readonly<Record<string, Joi.SchemaMap>>, message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  const { type } = message;
  const fields = typeof type === 'string' && Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (fields === undefined) return false;
  return (
    Joi.object({ ...fields, type: Joi.string() }).validate(message, { convert: false }).error === undefined
  );
}
