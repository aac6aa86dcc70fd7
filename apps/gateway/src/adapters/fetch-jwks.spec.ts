import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAddressGuard } from '@rollcall/address-guard';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { fetchJwks } from './fetch-jwks';

const guard = createAddressGuard({ forbidLoopback: false });

describe('the keys of an issuer', () => {
  let server: Server;
  let url: string;
  let answer: RequestListener;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json?of=me`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('are the text of its answer', async () => {
    answer = (_request, response) => response.end('{"keys":[]}');
    expect(await fetchJwks(url, { guard })).toBe('{"keys":[]}');
    expect(asked).toEqual(['/jwks.json?of=me']);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['redirects', (_, response) => response.writeHead(302, { Location: '/other' }).end(), /answered 302/],
    ['fails', (_, response) => response.writeHead(500).end(), /answered 500/],
    ['has nothing', (_, response) => response.writeHead(204).end(), /answered 204/],
    ['says too much', (_, response) => response.end(' '.repeat(262_145)), /longer than 262144 bytes/],
    [
      'breaks off',
      (_, response) => response.write('{', () => response.destroy()),
      /aborted|hang up|ECONNRESET/,
    ],
  ])('are not had from one that %s', async (_what, listener, why) => {
    answer = listener;
    await expect(fetchJwks(url, { guard })).rejects.toThrow(why);
    expect(asked).toHaveLength(1);
  });

  it.each<[string, RequestListener]>([
    ['hangs', () => undefined],
    ['hangs in the middle', (_, response) => response.write('{"keys":')],
  ])('are not had from one that %s', async (_what, listener) => {
    answer = listener;
    await expect(fetchJwks(url, { guard, timeoutMs: 200 })).rejects.toThrow(/did not answer within 200 ms/);
  });

  it('are not had from one that is not there', async () => {
    server.close();
    await once(server, 'close');
    await expect(fetchJwks(url, { guard })).rejects.toThrow(/ECONNREFUSED/);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  it.each(['http://169.254.169.254/jwks', 'http://[::ffff:a9fe:a9fe]/jwks', 'http://0xa9fea9fe/jwks'])(
    'are not asked for at %s, which only this machine can reach',
    async (address) => {
      await expect(fetchJwks(address, { guard })).rejects.toMatchObject({ code: 'FORBIDDEN_ADDRESS' });
    },
  );

  it('are not asked for at a name that leads to this machine, where that is forbidden', async () => {
    answer = (_request, response) => response.end('{"keys":[]}');
    const strict = createAddressGuard({
      forbidLoopback: true,
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });
    const named = url.replace('127.0.0.1', 'idp.example');
    await expect(fetchJwks(named, { guard: strict })).rejects.toMatchObject({ code: 'FORBIDDEN_ADDRESS' });
    expect(asked).toEqual([]);
  });
});

describe('the keys of an issuer whose authority Node does not know', () => {
  it('are had where that authority is trusted, and nowhere else', async () => {
    const [authority, another] = [await createPrivateAuthority('one'), await createPrivateAuthority('other')];
    const server = createSecureServer(await authority.issue(), (_request, response) => response.end('{}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    try {
      expect(await fetchJwks(url, { guard, ca: authority.ca })).toBe('{}');
      expect(await fetchJwks(url, { guard, ca: another.ca + authority.ca })).toBe('{}');
      for (const ca of [undefined, another.ca])
        await expect(fetchJwks(url, { guard, ca })).rejects.toThrow(
          /is not signed by an authority that is trusted here \([A-Z_]+\): set ca_file of the issuer/,
        );
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('are not had from one whose certificate is for another name', async () => {
    const authority = await createPrivateAuthority();
    const pair = await authority.issue({ names: ['idp.example'] });
    const server = createSecureServer(pair, (_request, response) => response.end('{}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    try {
      await expect(fetchJwks(url, { guard, ca: authority.ca })).rejects.toThrow(/127\.0\.0\.1/);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
