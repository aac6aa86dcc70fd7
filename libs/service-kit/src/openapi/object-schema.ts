import type { JsonSchema } from './openapi-document';

/**
 * The JSON Schema of an answer: each property of `T`, and no other. Adding one to the type without saying here what
 * it is does not compile, and answering with one that is not here does not pass a conformance spec.
 */
export function objectSchema<T extends object>(
  properties: { readonly [K in keyof T]-?: JsonSchema },
  options: { readonly optional?: readonly (keyof T)[] } = {},
): JsonSchema {
  const optional = new Set<PropertyKey>(options.optional);
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.has(name)),
    additionalProperties: false,
  };
}
