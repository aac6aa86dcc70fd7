import {
  describeOperation,
  jsonAnswer,
  objectSchema,
  type JsonSchema,
  type Operation,
} from '@rollcall/service-kit';
import type { ListResponse } from './list-resource';
import { pageQuerySchema } from './page-query';

/** `listResource`, for an app's OpenAPI document. */
export function listOperation(summary: string, item: JsonSchema): Operation {
  const page = objectSchema<ListResponse<unknown>>({
    items: { type: 'array', items: item },
    next_cursor: {
      type: ['string', 'null'],
      description: 'The cursor of the next page; null on the last one',
    },
  });
  const link = {
    description: 'The address of the next page, `</…?limit=…&cursor=…>; rel="next"`; missing on the last one',
    schema: { type: 'string' },
  };
  return describeOperation({
    summary,
    description:
      'Newest first. Walking the pages meets every item that was there at the first one exactly once.',
    query: pageQuerySchema,
    responses: { 200: jsonAnswer('A page', page, { Link: link }), 503: AWAY },
  });
}

/** Every operation on stored items may come to this. */
export const AWAY = 'The database is away, or this instance is starting; Retry-After says when to ask again';
