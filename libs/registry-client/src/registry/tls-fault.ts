import { isNativeError } from 'node:util/types';
import { isString } from '../wire/json-record';

/**
 * Why TLS with a registry fails. `plain_http`: no TLS is spoken there; `client_certificate`: it requires a certificate of
 * its callers, and has not got a good one.
 */
export type TlsFault =
  | 'untrusted'
  | 'other_name'
  | 'expired'
  | 'not_yet_valid'
  | 'plain_http'
  | 'client_certificate';

/** OpenSSL's names, as Node passes them on. */
const FAULTS: ReadonlyMap<string, TlsFault> = new Map([
  ['CERT_SIGNATURE_FAILURE', 'untrusted'],
  ['CERT_UNTRUSTED', 'untrusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
  ['INVALID_CA', 'untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'other_name'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not_yet_valid'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'plain_http'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'plain_http'],
  // TLS 1.2 has no alert for a missing certificate: OpenSSL sends a general one (RFC 5246 §7.4.6).
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'client_certificate'],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'client_certificate'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client_certificate'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client_certificate'],
]);

const MESSAGES: Readonly<Record<TlsFault, string>> = {
  untrusted:
    'the registry’s certificate is not signed by an authority that is trusted here: caFile (REGISTRY_CA_FILE) has to be the PEM file of the one that signed it',
  other_name:
    'the registry’s certificate is for other names than the one it is called by: the address (REGISTRY_URL) or the certificate has to change',
  expired: 'the registry’s certificate, or its authority’s (REGISTRY_CA_FILE), has expired',
  not_yet_valid: 'the registry’s certificate is not valid yet: perhaps a clock is wrong',
  plain_http:
    'the registry does not speak TLS there: perhaps its address (REGISTRY_URL) has to begin with http://',
  client_certificate:
    'the registry requires a certificate of its callers: certFile and keyFile (REGISTRY_CERT_FILE, REGISTRY_KEY_FILE) have to be one that an authority in its CLIENT_CA_FILE has signed',
};

/** The fault that an error of a socket stands for; `undefined` when it is none of TLS. */
export function tlsFaultOf(error: unknown): TlsFault | undefined {
  const code = isNativeError(error) && 'code' in error ? error.code : undefined;
  if (!isString(code)) return undefined;
  return FAULTS.get(code === 'EPROTO' ? sslCodeOf(String(error)) : code);
}

/** The fault and the mend when TLS with a registry fails; `undefined` for every other failure. */
export function tlsFault(error: unknown): string | undefined {
  const fault = tlsFaultOf(error);
  return fault === undefined ? undefined : MESSAGES[fault];
}

/**
 * A handshake that fails while Node writes is EPROTO whatever the reason is, which its message alone names:
 * `write EPROTO 80DC…:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:…`. Everywhere else Node
 * makes the code of that reason.
 */
function sslCodeOf(message: string): string {
  const reason = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? '';
  return `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
}
