import { AppError } from '@rollcall/service-kit';
import type { Fault } from '@rollcall/contracts';

const RETRY_AFTER_SECONDS = 2;

export function orderNotFound(id: string): AppError {
  return new AppError({ code: 'ORDER_NOT_FOUND', status: 404, message: `There is no order ${id}.` });
}

/** @param faults one for each product that does not exist */
export function unknownProducts(faults: readonly Fault[]): AppError {
  return new AppError({
    code: 'UNKNOWN_PRODUCT',
    status: 422,
    message: `The order names ${faults.length === 1 ? 'a product that does' : 'products that do'} not exist.`,
    faults,
  });
}

export function mixedCurrencies(currencies: readonly string[]): AppError {
  return new AppError({
    code: 'MIXED_CURRENCIES',
    status: 422,
    message: `The products are priced in ${currencies.join(' and ')}; order those of each currency by themselves.`,
  });
}

export function orderTooLarge(): AppError {
  return new AppError({
    code: 'ORDER_TOO_LARGE',
    status: 422,
    message: `The order costs more than ${Number.MAX_SAFE_INTEGER} cents; split it.`,
  });
}

/** Nothing was stored: the same request, its key included, may be sent again. */
export function productsUnavailable(cause: unknown): AppError {
  return new AppError({
    code: 'PRODUCT_SERVICE_UNAVAILABLE',
    status: 503,
    message: 'The products cannot be priced just now, so nothing was ordered; try again in a moment.',
    expose: true,
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
    cause,
  });
}
