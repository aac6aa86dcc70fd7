import { X509Certificate } from 'node:crypto';
import { createServer, get, type Server } from 'node:https';
import { createPrivateAuthority } from './private-authority';

describe('a private authority', () => {
  let server: Server | undefined;
  afterEach(() => server?.close().closeAllConnections());

  it('issues what TLS takes for a server, of those who trust it alone', async () => {
    const authority = await createPrivateAuthority();
    const other = await createPrivateAuthority('somebody else');
    server = createServer(await authority.issue(), (_req, res) => res.end());
    const port = await new Promise<number>((resolve) =>
      server?.listen(0, '127.0.0.1', () => {
        const address = server?.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      }),
    );
    const ask = (ca: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        get({ host: '127.0.0.1', port, ca, agent: false }, (res) => resolve(res.statusCode)).on(
          'error',
          reject,
        );
      });

    expect(await ask(authority.ca)).toBe(200);
    await expect(ask(other.ca)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('issues for the names and until the time that are asked for', async () => {
    const expiresAt = new Date('2020-01-02T03:04:05Z');
    const authority = await createPrivateAuthority();
    const { cert } = await authority.issue({ names: ['registry', '::1'], expiresAt });
    const read = new X509Certificate(cert);
    expect(read.subjectAltName).toBe('DNS:registry, IP Address:0:0:0:0:0:0:0:1');
    expect(Date.parse(read.validTo)).toBe(expiresAt.getTime());
  });
});
