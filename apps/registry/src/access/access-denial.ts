import { shownLabels } from './access-error';
import type { AccessRefusal } from './authorise';

/** Refused by its token, or by the secret of the stream that it speaks for. */
export type AuditedRefusal = AccessRefusal | { readonly kind: 'wrong_stream_secret' };

/** A call, as far as an audit wants to know it. */
export interface AuditedCall {
  readonly method: string;
  /** The route's template or the path; without the query, which may hold secrets. */
  readonly path: string;
  readonly remoteAddress: string | undefined;
}

export const DENIAL_REASONS = [
  'no_token',
  'unknown_token',
  'unknown_certificate',
  'insufficient_scope',
  'wrong_stream_secret',
] as const;

/** The audit event of a refused call, as fields of one log line. */
export interface AccessDenial {
  readonly event: 'access_denied';
  readonly method: string;
  readonly path: string;
  readonly remote_address: string | undefined;
  readonly reason: (typeof DENIAL_REASONS)[number];
  /** Names of a certificate that no entry of the tokens file has. */
  readonly certificate?: readonly string[];
  /** Whose token or certificate it was, when it was one. */
  readonly actor?: string;
  readonly needed_scope?: string;
}

export function accessDenial(refusal: AuditedRefusal, call: AuditedCall): AccessDenial {
  const denial = {
    event: 'access_denied',
    method: call.method,
    path: call.path,
    remote_address: call.remoteAddress,
  } as const;
  switch (refusal.kind) {
    case 'unauthenticated':
      return refusal.why === 'unknown_certificate'
        ? { ...denial, reason: refusal.why, certificate: shownLabels(refusal.labels) }
        : { ...denial, reason: refusal.why };
    case 'forbidden':
      return { ...denial, reason: 'insufficient_scope', actor: refusal.actor, needed_scope: refusal.needed };
    case 'wrong_stream_secret':
      return { ...denial, reason: refusal.kind };
  }
}
