import { idempotencyKey, listResource } from '@rollcall/resource-kit';
import { jsonBody } from '@rollcall/service-kit';
import type { Express } from 'express';
import { orderNotFound } from '../errors';
import type { OrderRepository } from '../ports/order-repository';
import { placeOrder, type PlaceOrderContext } from '../use-cases/place-order';
import { orderBodySchema, toLines } from './order-body';
import { orderView } from './order-view';
import { placedOrder } from './placed-order';

export interface OrderRoutesContext extends PlaceOrderContext {
  readonly orders: OrderRepository;
}

export function mountOrders(app: Express, context: OrderRoutesContext): void {
  const { orders } = context;
  const body = jsonBody(orderBodySchema);

  app.get(
    '/orders',
    listResource((request) => orders.list(request), orderView),
  );

  app.get('/orders/:id', async (req, res) => {
    const order = await orders.find(req.params.id);
    if (order === undefined) throw orderNotFound(req.params.id);
    res.json(orderView(order));
  });

  app.post('/orders', body.pass, async (req, res) => {
    const lines = toLines(body.of(req));
    const order = placedOrder(await placeOrder(context, lines, idempotencyKey(req.headers)), lines);
    res.status(201).location(`/orders/${order.id}`).json(orderView(order));
  });
}
