import type { RequestHandler } from 'express';
import { beginRequest } from '../context/begin-request';
import { runInContext } from '../context/request-context';
import type { Logger } from '../logging/logger';

/** Everything that a request leads to knows the request. */
export function requestContextPass(logger: Logger): RequestHandler {
  return (req, res, next) => runInContext(beginRequest(req, res, logger), () => next());
}
