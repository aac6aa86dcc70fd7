import Joi from 'joi';
import { decodeCursor } from './cursor';
import type { Position } from './page';

/** Query of every list. */
export interface PageQuery {
  /** Longest page wanted, 1–100; default 20. */
  readonly limit: number;
  /** `next_cursor` of the page before. */
  readonly cursor?: Position;
}

export const pageQuerySchema = Joi.object<PageQuery>({
  limit: Joi.number().integer().min(1).max(100).default(20),
  cursor: Joi.string().custom(
    (value: string, helpers) =>
      decodeCursor(value) ??
      helpers.message({ custom: '{{#label}} must be the next_cursor of the page before' }),
  ),
});
