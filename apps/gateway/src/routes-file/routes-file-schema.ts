import Joi from 'joi';
import { announcedRouteSchema, serviceNameSchema, type AnnouncedRoute } from '@rollcall/contracts';
import { apiKeysSchema, type GivenKey } from './api-keys-schema';
import { jwtIssuersSchema, type GivenIssuer } from './jwt-issuers-schema';
import { policySchemas, type FilePolicy } from './policy-keys';

export interface FileRoute extends AnnouncedRoute, FilePolicy {
  readonly service: string;
  /** Nothing that is announced beneath it is taken. */
  readonly announced?: 'off';
}

export interface RoutesFile {
  readonly version: 1;
  readonly defaults?: FilePolicy;
  readonly api_keys?: readonly GivenKey[];
  /** Path of another file with `api_keys`, seen from this one. */
  readonly api_keys_file?: string;
  readonly jwt_issuers?: readonly GivenIssuer[];
  readonly routes: readonly FileRoute[];
}

/** What instances may announce, with words for those who write files. */
const routeSchema = announcedRouteSchema
  .append<FileRoute>({
    service: serviceNameSchema.required().description('Who answers.'),
    announced: Joi.string()
      .valid('off')
      .description(
        'off: no announced route is taken for what this route takes. Else it has the policies of this one.',
      ),
    ...policySchemas,
  })
  .fork('path_prefix', (schema) =>
    schema.description(
      'Requests for this path and all beneath it. / is every path; the longest prefix wins.',
    ),
  )
  .fork('methods', (schema) =>
    schema.description('Upper case; every method when absent. GET stands for HEAD too.'),
  )
  .fork('host', (schema) => schema.description('Host of the request, without port; any when absent.'))
  .fork('strip_prefix', (schema) =>
    schema.description('Whether instances are asked without the prefix. Default false.'),
  );

export const routesFileSchema = Joi.object<RoutesFile>({
  version: Joi.number().valid(1).required(),
  defaults: Joi.object(policySchemas).description(
    'For every route of this file that does not say otherwise. Announced routes go by the settings.',
  ),
  api_keys: apiKeysSchema.description('Callers and their keys, for routes with api_key.'),
  api_keys_file: Joi.string()
    .max(4096)
    .description('Another file with api_keys, seen from this one: JSON or YAML, followed like this one.'),
  jwt_issuers: jwtIssuersSchema.description('Who signs the tokens of callers, for routes with jwt.'),
  routes: Joi.array().items(routeSchema).max(10_000).required(),
}).required();
