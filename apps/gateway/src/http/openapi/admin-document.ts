import { pathQuerySchema } from '@rollcall/contracts';
import {
  describeApi,
  describeOperation,
  jsonAnswer,
  schemaRef,
  type JsonSchema,
  packageVersion,
  type OpenApiDocument,
} from '@rollcall/service-kit';
import { ejectionSchema, restorationSchema, upstreamPathSchema } from '../admin-inputs';
import { adminSchemas } from './admin-schemas';

const ACCESS = {
  401: '`UNAUTHORIZED`: send ADMIN_TOKEN as Authorization: Bearer',
  403: '`ORIGIN_REFUSED`: a web page of another origin has sent it',
  421: '`HOST_REFUSED`: asked for by a name that is not in ALLOWED_HOSTS, where there is no ADMIN_TOKEN',
} as const;
const CHANGE = {
  ...ACCESS,
  404: '`UPSTREAM_NOT_FOUND`: no such instance is listed',
} as const;

/** What the admin port answers at `/openapi.json`. Whatever is mounted has its entry here; a spec asks each. */
export const adminDocument = (): OpenApiDocument =>
  describeApi({
    title: 'Rollcall gateway, admin port',
    version: packageVersion(__dirname),
    description: 'What this gateway knows and does, and why. docs/protocol.md tells the whole story.',
    bearer: 'ADMIN_TOKEN; asked for where it is set.',
    schemas: adminSchemas,
    paths: {
      '/state': {
        get: describeOperation({
          summary: 'What this gateway is, and how it stands',
          responses: { 200: jsonAnswer('The gateway', schemaRef('GatewayState')), ...ACCESS },
        }),
      },
      '/routes': {
        get: describeOperation({
          summary: 'Every route in force, and announcements that are not',
          responses: {
            200: jsonAnswer(
              'The routes',
              lists({ routes: schemaRef('Route'), refused: schemaRef('RefusedAnnouncement') }),
            ),
            ...ACCESS,
          },
        }),
      },
      '/upstreams': {
        get: describeOperation({
          summary: 'Every instance, and what this gateway thinks of it',
          responses: {
            200: jsonAnswer('The instances', lists({ upstreams: schemaRef('Upstream') })),
            ...ACCESS,
          },
        }),
      },
      '/explain': {
        get: describeOperation({
          summary: 'What becomes of a request, and why',
          query: pathQuerySchema,
          responses: { 200: jsonAnswer('The explanation', schemaRef('PathExplanation')), ...ACCESS },
        }),
      },
      '/config': {
        get: describeOperation({
          summary: 'The effective settings, and which routes file is in force',
          responses: { 200: jsonAnswer('The settings', schemaRef('Config')), ...ACCESS },
        }),
      },
      '/upstreams/{id}/eject': {
        post: describeOperation({
          summary: 'Give an instance no more requests',
          description: 'From this gateway; the catalog does not change. What is in flight goes on.',
          path: upstreamPathSchema,
          body: ejectionSchema,
          responses: { 200: jsonAnswer('As it is now', schemaRef('Upstream')), ...CHANGE },
        }),
      },
      '/upstreams/{id}/restore': {
        post: describeOperation({
          summary: 'End every ejection of an instance',
          path: upstreamPathSchema,
          body: restorationSchema,
          responses: { 200: jsonAnswer('As it is now', schemaRef('Upstream')), ...CHANGE },
        }),
      },
    },
  });

function lists(each: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(each).map(([name, items]) => [name, { type: 'array', items }]),
    ),
    required: Object.keys(each),
    additionalProperties: false,
  };
}
