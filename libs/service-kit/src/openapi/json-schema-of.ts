import type Joi from 'joi';
import type { JsonSchema } from './openapi-document';

/** What a joi schema takes, as JSON Schema. Rules of our own (`custom`) have no form there and are left out. */
export function jsonSchemaOf(schema: Joi.Schema): JsonSchema {
  // Loaded with the first document, for the same reason: it brings all of lodash. Spelled out, so that bundlers find it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const parse: (schema: Joi.Schema, form: 'open-api-3.1') => unknown = require('joi-to-json');
  return tidied(parse(schema, 'open-api-3.1')) as JsonSchema;
}

/**
 * joi-to-json lists `patternProperties` a second time, as properties with the pattern for a name. Fields that are taken
 * and ignored need no entry, only room.
 */
function tidied(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(tidied);
  if (node === null || typeof node !== 'object') return node;
  const entries = Object.entries(node).map(([key, value]: [string, unknown]) => [key, tidied(value)]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  const { patternProperties, properties } = copy;
  if (isRecord(patternProperties) && isRecord(properties))
    for (const pattern of Object.keys(patternProperties)) delete properties[`/${pattern}/`];
  if (isRecord(properties)) {
    const ignored = Object.keys(properties).filter((name) => isAnything(properties[name]));
    for (const name of ignored) delete properties[name];
    if (ignored.length > 0) delete copy['additionalProperties'];
  }
  return copy;
}

/** `Joi.any()` by itself. */
function isAnything(property: unknown): boolean {
  return isRecord(property) && Array.isArray(property['type']) && Object.keys(property).length === 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
