import Joi from 'joi';
import { announcedRouteSchema, serviceNameSchema, type AnnouncedRoute } from '@rollcall/contracts';
import { PICKER_NAMES, type PickerName } from '@rollcall/load-balancing';

/** What a route may say about itself; what it leaves out is taken from `defaults`, then from the settings. */
export interface FilePolicy {
  readonly picker?: PickerName;
  readonly timeouts?: {
    /** Milliseconds for the answer to begin in. */
    readonly headers_ms?: number;
    /** Milliseconds of silence within a body. */
    readonly idle_ms?: number;
  };
  readonly retries?: {
    /** Attempts altogether; 1 never retries. */
    readonly attempts?: number;
    /** Milliseconds for one attempt's answer to begin in, while another instance could be asked instead. */
    readonly attempt_timeout_ms?: number;
  };
}

export interface FileRoute extends AnnouncedRoute, FilePolicy {
  readonly service: string;
}

export interface RoutesFile {
  readonly version: 1;
  readonly defaults?: FilePolicy;
  readonly routes: readonly FileRoute[];
}

const timeoutMs = Joi.number().integer().min(1).max(3_600_000);

const policyKeys = {
  picker: Joi.string().valid(...PICKER_NAMES),
  timeouts: Joi.object({ headers_ms: timeoutMs, idle_ms: timeoutMs }),
  retries: Joi.object({ attempts: Joi.number().integer().min(1).max(10), attempt_timeout_ms: timeoutMs }),
};

export const routesFileSchema = Joi.object<RoutesFile>({
  version: Joi.number().valid(1).required(),
  defaults: Joi.object(policyKeys),
  routes: Joi.array()
    .items(announcedRouteSchema.append<FileRoute>({ service: serviceNameSchema.required(), ...policyKeys }))
    .max(10_000)
    .required(),
}).required();
