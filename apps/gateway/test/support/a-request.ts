import { headerListOf } from '../../src/headers/header-list';
import type { PolicyRequest } from '../../src/policies/policy';

/** What policies and pickers see of a request: a GET with these fields. */
export function aRequest(fields: Readonly<Record<string, string>> = {}): PolicyRequest {
  return {
    method: 'GET',
    target: { path: '/products', query: '', host: '' },
    headers: headerListOf(Object.entries(fields).flat()),
    facts: {
      peer: '192.0.2.1',
      peerTrusted: false,
      peerIsGateway: false,
      scheme: 'http',
      clientCertificate: undefined,
      host: 'shop.example',
      httpVersion: '1.1',
      requestId: 'r',
      trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1 },
      pseudonym: 'rollcall-spec',
    },
  };
}
