import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import type Joi from 'joi';
import { jsonSchemaOf } from './json-schema-of';
import type { Answer, JsonSchema, Operation, Parameter } from './openapi-document';

export interface OperationDescription {
  readonly summary: string;
  readonly description?: string;
  readonly path?: Joi.ObjectSchema;
  readonly query?: Joi.ObjectSchema;
  readonly headers?: Joi.ObjectSchema;
  readonly body?: Joi.Schema;
  /**
   * By status; problem+json is understood for 4xx and 5xx, which need only a sentence. What validation refuses is
   * understood too: 400 wherever there is input, 413 and 415 where there is a body.
   */
  readonly responses: Readonly<Record<number, Answer | string>>;
}

/** One operation, whose input is described by the very schemas that validate it. */
export function describeOperation(operation: OperationDescription): Operation {
  const { summary, description, path, query, headers, body, responses } = operation;
  const parameters = [
    ...parametersOf('path', path),
    ...parametersOf('query', query),
    ...parametersOf('header', headers),
  ];
  return {
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, ...jsonContent(jsonSchemaOf(body)) } }),
    responses: Object.fromEntries(
      Object.entries({ ...refusals(operation), ...responses }).map(([status, answer]) => [
        status,
        typeof answer === 'string' ? problem(answer) : answer,
      ]),
    ),
  };
}

function refusals({ path, query, headers, body }: OperationDescription): OperationDescription['responses'] {
  const hasInput = [path, query, headers, body].some((schema) => schema !== undefined);
  return {
    ...(hasInput ? { 400: 'The request has faults, and all of them are named' } : {}),
    ...(body === undefined
      ? {}
      : { 413: 'The body is longer than is taken here', 415: 'The body is not application/json' }),
  };
}

/** An answer with a JSON body. */
export function jsonAnswer(description: string, schema: JsonSchema, headers?: Answer['headers']): Answer {
  return { description, ...(headers === undefined ? {} : { headers }), ...jsonContent(schema) };
}

/** An answer that is a stream of server-sent events; OpenAPI 3.1 has no words for what is in it. */
export function eventStreamAnswer(description: string): Answer {
  return { description, content: { 'text/event-stream': { schema: { type: 'string' } } } };
}

/** A schema of the document's `components`. */
export function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function problem(description: string): Answer {
  return { description, content: { [PROBLEM_CONTENT_TYPE]: { schema: schemaRef('Problem') } } };
}

function jsonContent(schema: JsonSchema): { content: Record<string, { schema: JsonSchema }> } {
  return { content: { 'application/json': { schema } } };
}

function parametersOf(where: Parameter['in'], schema: Joi.ObjectSchema | undefined): Parameter[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    ...(required.includes(name) || where === 'path' ? { required: true } : {}),
    schema: property,
  }));
}
