import type { QueryExecutorProvider } from 'kysely';
import type { IdempotentRequest, PriorUse } from '../idempotency/idempotent-request';
import { findPriorUse, takeKey } from '../idempotency/key-uses';
import type { Position } from '../paging/page';
import type { Added, Collection, Repeat } from './collection';

/** A collection's rows, seen through one connection or one transaction. */
export interface ItemTable<T extends Position> extends Pick<Collection<T>, 'find'> {
  readonly db: QueryExecutorProvider;
  insert(item: T): Promise<void>;
}

/** `Collection.add`, within a transaction. Takes the key first, because that is where duplicates wait for each other. */
export async function addOnce<T extends Position>(
  table: ItemTable<T>,
  item: T,
  request: IdempotentRequest | undefined,
): Promise<Added<T>> {
  if (request !== undefined) {
    const prior = await takeKey(table.db, { ...request, resourceId: item.id, usedAt: item.createdAt });
    const repeat = await repeatOf(table, prior);
    if (repeat !== undefined) return repeat;
  }
  await table.insert(item);
  return { outcome: 'added', item };
}

/** `Collection.findRepeat`. */
export async function findRepeat<T extends Position>(
  table: ItemTable<T>,
  request: IdempotentRequest,
  now: number,
): Promise<Repeat<T> | undefined> {
  return repeatOf(table, await findPriorUse(table.db, request, now));
}

async function repeatOf<T extends Position>(
  table: ItemTable<T>,
  prior: PriorUse,
): Promise<Repeat<T> | undefined> {
  if (prior.kind === 'none') return undefined;
  if (prior.kind === 'different') return { outcome: 'key-reused' };
  const item = await table.find(prior.resourceId);
  if (item === undefined)
    throw new Error(`A key names ${prior.resourceId}, which was stored with it and is not there.`);
  return { outcome: 'repeated', item };
}
