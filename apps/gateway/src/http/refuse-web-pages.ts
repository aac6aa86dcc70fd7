import type { RequestHandler } from 'express';
import { AppError } from '@rollcall/service-kit';

/** A form on any web page could post here from inside the network, with the browser of somebody who may. */
export const refuseWebPages: RequestHandler = (req, _res, next) => {
  if (req.get('origin') !== undefined)
    throw new AppError({
      code: 'ORIGIN_REFUSED',
      status: 403,
      message: 'A web page must not call this.',
    });
  next();
};
