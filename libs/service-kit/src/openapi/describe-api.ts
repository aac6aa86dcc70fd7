import type { JsonSchema, OpenApiDocument, Paths } from './openapi-document';

export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly paths: Paths;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Says which bearer tokens are taken, where they are asked for at all. */
  readonly bearer?: string;
}

/** A whole document; adds what every app of ours has: the shape of its errors. */
export function describeApi({
  title,
  version,
  description,
  paths,
  schemas,
  bearer,
}: ApiDescription): OpenApiDocument {
  return {
    openapi: '3.1.1',
    info: { title, version, description },
    paths,
    components: {
      schemas: { Problem: PROBLEM, ...schemas },
      ...(bearer === undefined
        ? {}
        : { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: bearer } } }),
    },
    ...(bearer === undefined ? {} : { security: [{}, { bearer: [] }] }),
  };
}

const PROBLEM: JsonSchema = {
  description: 'Problem details, RFC 9457, with a code to branch on',
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', pattern: '^[A-Z][A-Z_]*$' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    request_id: { type: 'string' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};
