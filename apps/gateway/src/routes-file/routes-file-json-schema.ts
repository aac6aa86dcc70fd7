import { jsonSchemaOf, type JsonSchema } from '@rollcall/service-kit';
import { routesFileSchema } from './routes-file-schema';

/**
 * The form of a routes file for editors, of the very schema that it is validated by. What that says in code has no form
 * here (an origin, a field that may not be touched): this takes a little more than the gateway does. Only in spelling it
 * is stricter: methods in upper case.
 */
export function routesFileJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Routes file of the Rollcall gateway',
    ...jsonSchemaOf(routesFileSchema),
  };
}
