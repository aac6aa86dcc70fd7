import type { RequestHandler } from 'express';
import type { NeededScope } from '../access/scope';
import type { CallerOf } from './caller';

/** Refuses a call before anything of it is read: strangers cost no parsing, and learn nothing from it. */
export function accessPass(callerOf: CallerOf, needed: NeededScope): RequestHandler {
  return (req, _res, next) => {
    callerOf(req).require(needed);
    next();
  };
}
