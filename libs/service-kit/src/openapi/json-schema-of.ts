import type Joi from 'joi';
import parse from 'joi-to-json';
import type { JsonSchema } from './openapi-document';

/** What a joi schema takes, as JSON Schema. Rules of our own (`custom`) have no form there and are left out. */
export function jsonSchemaOf(schema: Joi.Schema): JsonSchema {
  return withoutPatternProperties(parse(schema, 'open-api-3.1')) as JsonSchema;
}

/** joi-to-json lists `patternProperties` a second time, as properties with the pattern for a name. */
function withoutPatternProperties(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPatternProperties);
  if (node === null || typeof node !== 'object') return node;
  const entries = Object.entries(node).map(([key, value]: [string, unknown]) => [
    key,
    withoutPatternProperties(value),
  ]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  const { patternProperties, properties } = copy;
  if (isRecord(patternProperties) && isRecord(properties))
    for (const pattern of Object.keys(patternProperties)) delete properties[`/${pattern}/`];
  return copy;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
