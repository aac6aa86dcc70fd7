import { validate } from '@rollcall/service-kit';
import type { RequestHandler } from 'express';
import { encodeCursor } from './cursor';
import type { Page, PageRequest } from './page';
import { pageQuerySchema } from './page-query';

/** Answer of every list. `next_cursor` is null on the last page. */
export interface ListResponse<View> {
  readonly items: readonly View[];
  readonly next_cursor: string | null;
}

/**
 * `GET` of a list: a page by `limit` and `cursor`, with the next one's address as a `Link` (RFC 8288). The address
 * is relative, because only the caller knows by which name it reached this service.
 */
export function listResource<T, View>(
  find: (request: PageRequest) => Promise<Page<T>>,
  view: (item: T) => View,
): RequestHandler {
  return async (req, res) => {
    const { limit, cursor } = validate(pageQuerySchema, req.query, 'query');
    const { items, next } = await find({ limit, ...(cursor ? { after: cursor } : {}) });
    const next_cursor = next === undefined ? null : encodeCursor(next);
    if (next_cursor !== null)
      res.set(
        'Link',
        `<${req.baseUrl}${req.path}?${new URLSearchParams({ limit: String(limit), cursor: next_cursor }).toString()}>; rel="next"`,
      );
    const body: ListResponse<View> = { items: items.map(view), next_cursor };
    res.json(body);
  };
}
