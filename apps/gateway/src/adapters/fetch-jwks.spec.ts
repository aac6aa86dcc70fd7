import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAddressGuard } from '@rollcall/address-guard';
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
    ['hangs', () => undefined, /did not answer within 200 ms/],
    ['hangs in the middle', (_, response) => response.write('{"keys":'), /did not answer within 200 ms/],
    [
      'breaks off',
      (_, response) => response.write('{', () => response.destroy()),
      /aborted|hang up|ECONNRESET/,
    ],
  ])('are not had from one that %s', async (_what, listener, why) => {
    answer = listener;
    await expect(fetchJwks(url, { guard, timeoutMs: 200 })).rejects.toThrow(why);
    expect(asked).toHaveLength(1);
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
