import { headerListOf } from '../../src/headers/header-list';
import type { OutgoingRequest, ResponseReceiver } from '../../src/ports/transport';

/** A GET without a body. */
export function anOutgoingRequest(given: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    method: 'GET',
    path: '/',
    headers: headerListOf([]),
    body: null,
    freshSocket: false,
    headersTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    ...given,
  };
}

/** Takes whatever comes. */
export function aReceiver(given: Partial<ResponseReceiver> = {}): ResponseReceiver {
  return {
    informational: () => undefined,
    response: () => undefined,
    data: () => true,
    flush: () => undefined,
    end: () => undefined,
    done: () => undefined,
    upgraded: () => undefined,
    failed: () => undefined,
    ...given,
  };
}
