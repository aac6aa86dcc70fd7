import { idempotencyKey, idempotencyKeyReused, listResource } from '@rollcall/resource-kit';
import { jsonBody } from '@rollcall/service-kit';
import type { Express } from 'express';
import { productNotFound } from '../errors';
import type { ProductRepository } from '../ports/product-repository';
import { addProduct, type AddProductContext } from '../use-cases/add-product';
import { productBodySchema, toDraft } from './product-body';
import { productView } from './product-view';

export interface ProductRoutesContext extends AddProductContext {
  readonly products: Pick<ProductRepository, 'list' | 'find' | 'add'>;
}

export function mountProducts(app: Express, context: ProductRoutesContext): void {
  const { products } = context;
  const body = jsonBody(productBodySchema);

  app.get(
    '/products',
    listResource((request) => products.list(request), productView),
  );

  app.get('/products/:id', async (req, res) => {
    const product = await products.find(req.params.id);
    if (product === undefined) throw productNotFound(req.params.id);
    res.json(productView(product));
  });

  app.post('/products', body.pass, async (req, res) => {
    const added = await addProduct(context, toDraft(body.of(req)), idempotencyKey(req.headers));
    if (added.outcome === 'key-reused') throw idempotencyKeyReused();
    res.status(201).location(`/products/${added.item.id}`).json(productView(added.item));
  });
}
