import { tlsFault } from './tls-fault';

describe('what is to be mended when TLS fails', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'REGISTRY_CA_FILE'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'REGISTRY_CA_FILE'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'REGISTRY_URL'],
    ['CERT_HAS_EXPIRED', 'expired'],
    ['CERT_NOT_YET_VALID', 'clock'],
    ['EPROTO', 'http://'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'REGISTRY_CERT_FILE'],
  ])('after %s names %s', (code, named) => {
    expect(tlsFault(code)).toContain(named);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'])('is not known after %s', (code) => {
    expect(tlsFault(code)).toBeUndefined();
  });
});
