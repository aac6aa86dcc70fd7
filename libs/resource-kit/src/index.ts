export { databaseRules, databaseSettings, type DatabaseSettings } from './database/database-settings';
export { databaseLocation, type DatabaseLocation } from './database/database-location';
export { createDatabase } from './database/database';
export type { DatabaseEvent } from './database/database-event';
export { logDatabaseEvents } from './database/database-log';
export {
  databaseResource,
  type DatabaseResource,
  type DatabaseResourceOptions,
} from './database/database-resource';
export { migrate, type Migrations } from './database/migrate';
export { fingerprint } from './idempotency/fingerprint';
export { idempotencyHeaders, idempotencyKey, idempotencyKeyReused } from './idempotency/idempotency-key';
export type { IdempotentRequest } from './idempotency/idempotent-request';
export { keyUsesMigration } from './idempotency/key-uses';
export { pageOf, type Page, type PageRequest, type Position } from './paging/page';
export { AWAY, listOperation } from './paging/list-operation';
export { listResource, type ListResponse } from './paging/list-resource';
export type { Added, Collection, Repeat } from './collection/collection';
export { isStorable } from './collection/is-storable';
export { addOnce, findRepeat, type ItemTable } from './collection/add-once';
