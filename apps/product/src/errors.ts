import { AppError } from '@rollcall/service-kit';

export function productNotFound(id: string): AppError {
  return new AppError({
    code: 'PRODUCT_NOT_FOUND',
    status: 404,
    message: `There is no product ${id}.`,
  });
}
