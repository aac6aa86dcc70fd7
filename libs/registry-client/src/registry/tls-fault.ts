/** Codes of certificates whose authority is not trusted; OpenSSL's names, as Node passes them on. */
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

/** The fault and the mend when TLS with a registry fails; `undefined` for every other failure. */
export function tlsFault(code: string): string | undefined {
  if (UNTRUSTED.has(code))
    return 'the registry’s certificate is not signed by an authority that is trusted here: caFile (REGISTRY_CA_FILE) has to be the PEM file of the one that signed it';
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'the registry’s certificate is for other names than the one it is called by: the address (REGISTRY_URL) or the certificate has to change';
    case 'CERT_HAS_EXPIRED':
      return 'the registry’s certificate, or its authority’s (REGISTRY_CA_FILE), has expired';
    case 'CERT_NOT_YET_VALID':
      return 'the registry’s certificate is not valid yet: perhaps a clock is wrong';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'the registry does not speak TLS there: perhaps its address (REGISTRY_URL) has to begin with http://';
    default:
      return undefined;
  }
}
