import type { QueryExecutorProvider } from 'kysely';
import type { IdempotentRequest } from '../idempotency/idempotent-request';
import { takeKey } from '../idempotency/key-uses';
import type { Position } from '../paging/page';
import type { Added, Collection } from './collection';

/** The part of a collection that `addOnce` works with, within the same transaction. */
export interface ItemTable<T extends Position> extends Pick<Collection<T>, 'find'> {
  insert(item: T): Promise<void>;
}

/** `Collection.add` within a transaction: takes the key first, because that is what duplicates meet at. */
export async function addOnce<T extends Position>(
  transaction: QueryExecutorProvider,
  table: ItemTable<T>,
  item: T,
  request: IdempotentRequest | undefined,
): Promise<Added<T>> {
  if (request !== undefined) {
    const prior = await takeKey(transaction, { ...request, resourceId: item.id, usedAt: item.createdAt });
    if (prior.kind === 'different') return { outcome: 'key-reused' };
    if (prior.kind === 'same') return { outcome: 'repeated', item: await earlier(table, prior.resourceId) };
  }
  await table.insert(item);
  return { outcome: 'added', item };
}

async function earlier<T extends Position>(table: ItemTable<T>, id: string): Promise<T> {
  const item = await table.find(id);
  if (item === undefined) throw new Error(`A key names ${id}, which was stored with it and is not there.`);
  return item;
}
