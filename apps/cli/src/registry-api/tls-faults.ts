import { tlsFaultOf, type TlsFault } from '@rollcall/registry-client';

interface FaultAndMend {
  readonly fault: string;
  readonly mend: string;
}

const TEXTS: Readonly<Record<TlsFault, FaultAndMend>> = {
  untrusted: {
    fault: 'its certificate is not signed by an authority that is trusted here',
    mend: 'set REGISTRY_CA_FILE (or --ca-file) to the PEM file of the authority that signed it',
  },
  other_name: {
    fault: 'its certificate is for other names',
    mend: 'call it by a name that the certificate has, or have the certificate renewed with this one',
  },
  expired: { fault: 'its certificate, or that of the authority, has expired', mend: 'have it renewed' },
  not_yet_valid: { fault: 'its certificate is not valid yet', mend: 'compare the clocks' },
  client_certificate: {
    fault: 'it requires a certificate of its callers',
    mend: 'set REGISTRY_CERT_FILE and REGISTRY_KEY_FILE (or --cert-file and --key-file) to one that its CLIENT_CA_FILE has signed',
  },
  plain_http: { fault: 'it does not speak TLS there', mend: 'write http:// in the address' },
};

/** What is wrong when a TLS handshake fails, and how to mend it; `undefined` for every other failure. */
export function tlsFault(error: unknown): FaultAndMend | undefined {
  const fault = tlsFaultOf(error);
  return fault === undefined ? undefined : TEXTS[fault];
}
