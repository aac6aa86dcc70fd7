import Joi from 'joi';
import type { CatalogEvent } from './catalog-event';
import type { DrainProgress } from './drain';
import type { RegistryGuard, RegistryResponse } from './registry-state';
import type { TrafficResponse } from './traffic';
import { watchQuerySchema, type WatchEvent, type WatchQuery } from './watch';

/** Query of `GET /live`. */
export interface LiveQuery {
  /** Names, or `*` for every present and future service. */
  readonly services: WatchQuery['services'];
}

/** The services whose instances the mass-expiry guard holds: all of them, those on the list. */
export interface LiveGuards {
  readonly guards: readonly RegistryGuard[];
}

/**
 * An event of `GET /live`, the stream for people. Those of the watch come first and mean the same. Then:
 *
 * - `event`: as in `GET /events`, before the `delta` of its revision. After a resume some come again that came before.
 * - `guard`: once after `synced`, and whenever it is another one.
 * - `drain`: how far the drain of an instance has come; once after `synced` for each that is under way, and whenever there is
 *   news. None comes when the instance leaves the list: a `delta` says that.
 * - `traffic`: once after `synced`, and every two seconds, the sums of the last 20 s with their values by step. While somebody
 *   reads this, reports come every two seconds too.
 * - `registry`: once after `synced`, and every two seconds.
 */
export type LiveEvent =
  | WatchEvent
  | { readonly type: 'event'; readonly data: CatalogEvent }
  | { readonly type: 'guard'; readonly data: LiveGuards }
  | { readonly type: 'drain'; readonly data: DrainProgress }
  | { readonly type: 'traffic'; readonly data: TrafficResponse }
  | { readonly type: 'registry'; readonly data: RegistryResponse };

export const liveQuerySchema = Joi.object<LiveQuery>({
  services: watchQuerySchema.extract('services').optional().default('*'),
});
