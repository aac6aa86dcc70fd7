import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { createServer, get } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createPrivateAuthority, type PrivateAuthority } from '@rollcall/testing/certificates';
import { tlsFault } from './tls-fault';

describe('what is to be mended when TLS fails', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'REGISTRY_CA_FILE'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'REGISTRY_CA_FILE'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'REGISTRY_URL'],
    ['CERT_HAS_EXPIRED', 'expired'],
    ['CERT_NOT_YET_VALID', 'clock'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'REGISTRY_CERT_FILE'],
  ])('after %s names %s', (code, named) => {
    expect(tlsFault(withCode(code))).toContain(named);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPROTO'])('is not known after %s alone', (code) => {
    expect(tlsFault(withCode(code))).toBeUndefined();
  });

  it.each([undefined, 'EPROTO', { code: 'CERT_HAS_EXPIRED' }, new Error('no code')])(
    'is not known after %p',
    (thrown) => {
      expect(tlsFault(thrown)).toBeUndefined();
    },
  );
});

// The code that Node gives differs with the version of TLS, and with whether it reads or writes just then.
describe('what is to be mended when a server refuses the handshake', () => {
  let authority: PrivateAuthority;
  const servers: Server[] = [];
  beforeAll(async () => {
    authority = await createPrivateAuthority();
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is the certificate where it requires one (%s)',
    async (maxVersion) => {
      const pair = await authority.issue({ names: ['127.0.0.1'] });
      const server = createServer({ ...pair, ca: authority.ca, requestCert: true, maxVersion });
      expect(tlsFault(await failureOf(server))).toContain('REGISTRY_CERT_FILE');
    },
  );

  it('is the address where it speaks no TLS', async () => {
    expect(tlsFault(await failureOf(createPlainServer()))).toContain('http://');
  });

  async function failureOf(server: Server): Promise<unknown> {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server has such an address.
    const { port } = server.address() as AddressInfo;
    const [error] = (await once(
      get({ port, host: '127.0.0.1', ca: authority.ca, agent: false }),
      'error',
    )) as [unknown];
    return error;
  }
});

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
