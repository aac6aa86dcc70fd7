export { databaseSettings, type DatabaseSettings } from './database/database-settings';
export { databaseLocation, type DatabaseLocation } from './database/database-location';
export { createDatabase, pingDatabase } from './database/database';
export {
  databaseResource,
  type DatabaseResource,
  type DatabaseResourceOptions,
} from './database/database-resource';
export { migrate, type Migrations } from './database/migrate';
export { databaseUnavailable } from './database/database-unavailable';
export { fingerprint } from './idempotency/fingerprint';
export { idempotencyKey, idempotencyKeyReused } from './idempotency/idempotency-key';
export {
  KEY_LIFETIME_MS,
  priorUse,
  type IdempotentRequest,
  type KeyUse,
  type PriorUse,
} from './idempotency/idempotent-request';
export { findPriorUse, forgetOldKeys, keyUsesMigration, takeKey } from './idempotency/key-uses';
export { byNewest, pageOf, type Page, type PageRequest, type Position } from './paging/page';
export { decodeCursor, encodeCursor } from './paging/cursor';
export { pageQuerySchema, type PageQuery } from './paging/page-query';
export { listResource, type ListResponse } from './paging/list-resource';
export type { Added, Collection } from './collection/collection';
export { addOnce, type ItemTable } from './collection/add-once';
