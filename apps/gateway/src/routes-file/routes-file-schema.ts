import Joi from 'joi';
import { announcedRouteSchema, serviceNameSchema, type AnnouncedRoute } from '@rollcall/contracts';
import { policySchemas, type FilePolicy } from './policy-keys';

export interface FileRoute extends AnnouncedRoute, FilePolicy {
  readonly service: string;
}

export interface RoutesFile {
  readonly version: 1;
  readonly defaults?: FilePolicy;
  readonly routes: readonly FileRoute[];
}

export const routesFileSchema = Joi.object<RoutesFile>({
  version: Joi.number().valid(1).required(),
  defaults: Joi.object(policySchemas),
  routes: Joi.array()
    .items(
      announcedRouteSchema.append<FileRoute>({ service: serviceNameSchema.required(), ...policySchemas }),
    )
    .max(10_000)
    .required(),
}).required();
