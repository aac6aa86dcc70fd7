import { createSendQueue } from '@rollcall/service-kit';
import { createServer as createSecureServer, type Server } from 'node:https';
import { createServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createAddressGuard, type ResolveName } from '@rollcall/address-guard';
import { createPrivateAuthority, type PrivateAuthority } from '@rollcall/testing/certificates';
import { anOutgoingRequest, aReceiver } from '../../../test/support/an-attempt';
import type { AttemptFailure, Connections } from '../../ports/transport';
import { createWriteRound } from '../../write-round-loop';
import { createReadBuffers } from './read-buffers';
import { createHttp1Transport, type Http1TransportOptions } from './http1-transport';

type Told = number | Pick<AttemptFailure, 'outcome' | 'error'>;

const resolvingTo =
  (address: string): ResolveName =>
  () =>
    Promise.resolve([{ address, family: 4 }]);

describe('a connection to an instance', () => {
  const pools: Connections[] = [];
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.destroy())));

  /** The status of an answer, or how it failed. */
  const ask = (origin: string, options: Partial<Http1TransportOptions> = {}): Promise<Told> =>
    askOf(open(origin, options));

  function open(origin: string, options: Partial<Http1TransportOptions>): Connections {
    const pool = createHttp1Transport({
      guard: createAddressGuard({ forbidLoopback: false }),
      connectTimeoutMs: 2000,
      keepAliveMs: 60_000,
      maxHeadBytes: 16_384,
      writes: createWriteRound(),
      sendQueue: createSendQueue(() => performance.now()),
      buffers: createReadBuffers(),
      now: () => performance.now(),
      ...options,
    }).connectionsTo(origin);
    pools.push(pool);
    return pool;
  }

  function askOf(pool: Connections): Promise<Told> {
    return new Promise((resolve) =>
      pool.send(
        anOutgoingRequest(),
        aReceiver({ response: ({ status }) => resolve(status), failed: resolve }),
      ),
    );
  }

  describe('over TLS', () => {
    let authority: PrivateAuthority;
    let server: Server;
    let names: (string | false | null)[] = [];

    beforeAll(async () => {
      authority = await createPrivateAuthority();
      server = createSecureServer(await authority.issue(), (req, res) => {
        names.push((req.socket as TLSSocket & { servername: string | false }).servername);
        res.end('ok');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    beforeEach(() => {
      names = [];
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    const origin = (host: string) => `https://${host}:${(server.address() as AddressInfo).port}`;

    it('is made to whoever has a certificate of the authority, by address and by name', async () => {
      expect(await ask(origin('127.0.0.1'), { ca: () => authority.ca })).toBe(200);
      const guard = createAddressGuard({ forbidLoopback: false, resolve: resolvingTo('127.0.0.1') });
      expect(await ask(origin('localhost'), { ca: () => authority.ca, guard })).toBe(200);
      expect(names).toEqual([false, 'localhost']);
    });

    it('is not made to whoever nobody vouches for', async () => {
      expect(await ask(origin('127.0.0.1'))).toMatchObject({ outcome: 'unreachable' });
      const other = await createPrivateAuthority('another');
      expect(await ask(origin('127.0.0.1'), { ca: () => other.ca })).toMatchObject({
        outcome: 'unreachable',
      });
      expect(names).toEqual([]);
    });

    it('is not made to somebody else with a proper certificate', async () => {
      const guard = createAddressGuard({ forbidLoopback: false, resolve: resolvingTo('127.0.0.1') });
      expect(await ask(origin('product.example'), { ca: () => authority.ca, guard })).toMatchObject({
        outcome: 'unreachable',
        error: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      });
      expect(names).toEqual([]);
    });
  });

  describe('to an instance that wants to see a certificate', () => {
    let authority: PrivateAuthority;
    let company: PrivateAuthority;
    let server: Server;
    let callers: string[] = [];

    beforeAll(async () => {
      [authority, company] = [await createPrivateAuthority(), await createPrivateAuthority('company')];
      const asking = { ca: company.ca, requestCert: true, rejectUnauthorized: true };
      server = createSecureServer({ ...(await authority.issue()), ...asking }, (req, res) => {
        const { socket } = req;
        callers.push(socket instanceof TLSSocket ? namesIn(socket) : 'not over TLS');
        // Each request has a connection of its own.
        res.setHeader('Connection', 'close');
        res.end('ok');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    beforeEach(() => {
      callers = [];
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    const namesIn = (socket: TLSSocket) => socket.getPeerX509Certificate()?.subjectAltName ?? '';
    const origin = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const issue = (name: string) => company.issue({ names: [name], uses: ['client'] });

    it('is made with the one of the moment, which a session of before does not bring back', async () => {
      let pair = await issue('gateway');
      const pool = open(origin(), { ca: () => authority.ca, pair: () => pair });
      expect(await askOf(pool)).toBe(200);
      expect(await askOf(pool)).toBe(200);
      pair = await issue('renewed');
      expect(await askOf(pool)).toBe(200);
      expect(callers).toEqual(['DNS:gateway', 'DNS:gateway', 'DNS:renewed']);
    });

    it('is not made without one, nor with one of another authority', async () => {
      const foreign = await authority.issue({ uses: ['client'] });
      for (const pair of [undefined, () => undefined, () => foreign])
        expect(await ask(origin(), { ca: () => authority.ca, pair })).toMatchObject({ error: {} });
      expect(callers).toEqual([]);
    });
  });

  describe('to an address that may not be reached', () => {
    let listener: TcpServer;
    let connections = 0;

    beforeAll(async () => {
      listener = createServer((socket) => {
        connections += 1;
        socket.destroy();
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => listener.close());
    const port = () => (listener.address() as AddressInfo).port;
    const refused = { outcome: 'unreachable', error: { code: 'FORBIDDEN_ADDRESS' } };

    it('is not made, whatever a name has come to mean since it was registered', async () => {
      const guard = createAddressGuard({ forbidLoopback: true, resolve: resolvingTo('127.0.0.1') });
      expect(await ask(`http://rebound.example:${port()}`, { guard })).toMatchObject(refused);
      expect(connections).toBe(0);
    });

    it.each(['http://127.0.0.1', 'http://[::1]', 'http://[::ffff:127.0.0.1]', 'https://2130706433'])(
      'is not made to %s either, which no look-up is asked about',
      async (host) => {
        const guard = createAddressGuard({ forbidLoopback: true });
        expect(await ask(`${host}:${port()}`, { guard })).toMatchObject(refused);
        expect(connections).toBe(0);
      },
    );

    it('is never made to a metadata service', async () => {
      expect(await ask('http://169.254.169.254')).toMatchObject(refused);
      expect(await ask('http://metadata.google.internal')).toMatchObject(refused);
    });
  });
});
