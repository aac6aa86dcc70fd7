import { plainAddress } from '@rollcall/address-guard';
import type { Refusal } from '@rollcall/service-kit';
import type { AccessLogOptions } from './access-log';

/**
 * Counts what could not be read as a request, and so has no record: the same metric and the same kind of line as for
 * requests, for the same share of them, since a flood of garbage would be a flood of lines.
 */
export function createRefusalLog({ logger, metrics, ratio, random }: AccessLogOptions) {
  return ({ error, peer, requestId }: Refusal): void => {
    metrics.observeRequest({ method: 'unread', route: 'unread', status: error.status, seconds: 0 });
    if (random() >= ratio) return;
    logger.info(`refused ${error.status}`, {
      event: 'http_request',
      route: 'unread',
      status: error.status,
      peer: plainAddress(peer),
      request_id: requestId,
      code: error.code,
      ...(error.cause instanceof Error ? { cause: error.cause.message } : {}),
    });
  };
}
