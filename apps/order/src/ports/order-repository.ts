import type { Collection } from '@rollcall/resource-kit';
import type { Order } from '../domain/order';

/** Where orders are kept. */
export type OrderRepository = Collection<Order>;
