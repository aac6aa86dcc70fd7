/** What is wrong when a TLS handshake fails, and how to mend it; `undefined` for every other failure. */
export function tlsFault(code: string): { readonly fault: string; readonly mend: string } | undefined {
  if (UNTRUSTED.has(code))
    return {
      fault: 'its certificate is not signed by an authority that is trusted here',
      mend: 'set REGISTRY_CA_FILE (or --ca-file) to the PEM file of the authority that signed it',
    };
  return OTHERS[code];
}

/** OpenSSL's names, as Node passes them on. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const SPEAKS_PLAIN_HTTP = { fault: 'it does not speak TLS there', mend: 'write http:// in the address' };

const OTHERS: Readonly<Record<string, { readonly fault: string; readonly mend: string }>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: {
    fault: 'its certificate is for other names',
    mend: 'call it by a name that the certificate has, or have the certificate renewed with this one',
  },
  CERT_HAS_EXPIRED: {
    fault: 'its certificate, or that of the authority, has expired',
    mend: 'have it renewed',
  },
  CERT_NOT_YET_VALID: { fault: 'its certificate is not valid yet', mend: 'compare the clocks' },
  EPROTO: SPEAKS_PLAIN_HTTP,
  ERR_SSL_WRONG_VERSION_NUMBER: SPEAKS_PLAIN_HTTP,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: SPEAKS_PLAIN_HTTP,
};
