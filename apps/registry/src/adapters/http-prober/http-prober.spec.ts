import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createAddressGuard } from '@rollcall/address-guard';
import {
  closedPort,
  startFullListener,
  startHangingServer,
  startRawServer,
  startResettingServer,
  type SocketServer,
} from '@rollcall/testing';
import {
  createPrivateAuthority,
  type IssuedPair,
  startTlsTerminator,
  type PrivateAuthority,
  type TlsTerminator,
} from '@rollcall/testing/certificates';
import { startProbedInstance, type ProbedInstance } from '../../../test/doubles/probed-instance';
import { createHttpProber } from './http-prober';

const guard = createAddressGuard({ forbidLoopback: false });
/** For whoever answers, however busy this machine is. */
const prober = createHttpProber({ guard, timeoutMs: 15_000 });
/** For whoever never does. Connecting takes a moment, too. */
const hasty = createHttpProber({ guard, timeoutMs: 1000 });
const never = new AbortController().signal;
const target = (url: string, healthPath = '/livez') => ({
  registration: { url, healthPath },
  instanceId: 'p-1',
  epoch: 7,
});
const probe = (url: string) => prober.probe(target(url), never);

const answer = (headers: string): string => `HTTP/1.1 200 OK\r\n${headers}Content-Length: 0\r\n\r\n`;

describe('a probe of whoever answers', () => {
  let instance: ProbedInstance;
  beforeEach(async () => {
    instance = await startProbedInstance();
  });
  afterEach(() => instance.die());

  it.each([
    ['p-1/7', 'answered'],
    ['p-1/8', 'somebody_else'],
    ['p-2/7', 'somebody_else'],
    ['p-1', 'somebody_else'],
    [undefined, 'anonymous'],
  ])('who says to be %s is told as %s', async (identity, outcome) => {
    instance.answerAs(identity);
    expect(await probe(instance.url)).toBe(outcome);
  });

  it('asks for the health path, below the path of the instance', async () => {
    await prober.probe(target(`${instance.url}/base`, '/health?deep=1'), never);
    expect(instance.asked).toEqual(['/base/health?deep=1']);
  });

  it('takes a server that speaks only HTTP/2, as gRPC does, for somebody who lives and does not say who it is', async () => {
    const server = createHttp2Server();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const outcome = await probe(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await new Promise((resolve) => server.close(resolve));
    // Which of them depends on whether its first frame or the end of the connection comes first; neither evicts.
    expect(['anonymous', 'silent']).toContain(outcome);
  });

  it('finds nobody there once the process is gone', async () => {
    await instance.die();
    expect(await probe(instance.url)).toBe('refused');
  });
});

describe('a probe', () => {
  const withServer = async (started: Promise<SocketServer>, by = prober): Promise<string> => {
    const server = await started;
    const outcome = await by.probe(target(server.url), never);
    await server.close();
    return outcome;
  };

  it('asks who it is, not how it is', () =>
    expect(
      withServer(
        startRawServer('HTTP/1.1 503 Sick\r\nRollcall-Instance: p-1/7\r\nContent-Length: 0\r\n\r\n'),
      ),
    ).resolves.toBe('answered'));

  it('does not follow a redirect, wherever it leads', async () => {
    const elsewhere = await startProbedInstance();
    elsewhere.answerAs('p-1/7');
    expect(
      await withServer(startRawServer(`HTTP/1.1 302 Found\r\nLocation: ${elsewhere.url}/\r\n\r\n`)),
    ).toBe('anonymous');
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.die();
  });

  it('is answered by the headers: the body may go on for as long as it likes', async () => {
    const server = createServer((_req, res) => res.setHeader('Rollcall-Instance', 'p-1/7').write('…'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    expect(await probe(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toBe('answered');
    server.closeAllConnections();
    server.close();
  });

  it('tells one that takes the connection and says nothing from one that does not take it', async () => {
    expect(await withServer(startHangingServer(), hasty)).toBe('silent');
    const full = await startFullListener();
    expect(await hasty.probe(target(full.url), never)).toBe('timed_out');
    await full.close();
  });

  it('calls one that cuts every connection silent: something is there', () =>
    expect(withServer(startResettingServer(), hasty)).resolves.toBe('silent'));

  it('looks again when the connection is cut, as by a process that is being killed: the next one is refused', async () => {
    const dying = await startResettingServer();
    const outcome = probe(dying.url);
    while (dying.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    await dying.close();
    expect(await outcome).toBe('refused');
  });

  it.each(['220 mail.example ESMTP\r\n', answer('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')])(
    'takes whoever does not speak HTTP for somebody without a name: %j',
    (bytes) => expect(withServer(startRawServer(bytes))).resolves.toBe('anonymous'),
  );

  it('takes whoever does not speak TLS for somebody without a name', async () => {
    const instance = await startProbedInstance();
    expect(await probe(instance.url.replace('http:', 'https:'))).toBe('anonymous');
    await instance.die();
  });

  it('is over when it is called off', async () => {
    const server = await startHangingServer();
    const callOff = new AbortController();
    const outcome = createHttpProber({ guard, timeoutMs: 60_000 }).probe(target(server.url), callOff.signal);
    while (server.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    callOff.abort();
    await outcome;
    await server.close();
  });
});

describe('a probe over TLS', () => {
  let instance: ProbedInstance;
  let authority: PrivateAuthority;
  let door: TlsTerminator;
  beforeEach(async () => {
    instance = await startProbedInstance();
    instance.answerAs('p-1/7');
    authority = await createPrivateAuthority();
    door = await startTlsTerminator(instance.url, await authority.issue());
  });
  afterEach(() => Promise.all([door.close(), instance.die()]));

  const probeTrusting = (ca: string | undefined, url = door.url) =>
    createHttpProber({ guard, ca: ca === undefined ? undefined : () => ca, timeoutMs: 15_000 }).probe(
      target(url),
      never,
    );

  it('goes by the identity alone where no authority is named', async () => {
    expect(await probeTrusting(undefined)).toBe('answered');
  });

  it('believes whom the authority has signed for, and nobody else', async () => {
    expect(await probeTrusting(authority.ca)).toBe('answered');
    expect(await probeTrusting((await createPrivateAuthority('another')).ca)).toBe('unverified');
    expect(instance.asked).toEqual(['/livez']);
  });

  it('believes whom the authority of the moment has signed for', async () => {
    let ca = (await createPrivateAuthority('another')).ca;
    const following = createHttpProber({ guard, ca: () => ca, timeoutMs: 15_000 });
    expect(await following.probe(target(door.url), never)).toBe('unverified');
    ca = authority.ca;
    expect(await following.probe(target(door.url), never)).toBe('answered');
  });

  it('does not believe a certificate for another address, whatever name it answers by', async () => {
    instance.answerAs('p-2/1');
    const elsewhere = await startTlsTerminator(instance.url, await authority.issue({ names: ['10.0.0.1'] }));
    expect(await probeTrusting(authority.ca, elsewhere.url)).toBe('unverified');
    await elsewhere.close();
  });

  describe('of an instance that wants to see a certificate', () => {
    let guarded: TlsTerminator;
    let company: PrivateAuthority;
    beforeEach(async () => {
      company = await createPrivateAuthority('company');
      guarded = await startTlsTerminator(instance.url, await authority.issue(), { clientCa: company.ca });
    });
    afterEach(() => guarded.close());

    const probeShowing = (pair?: () => IssuedPair | undefined) =>
      createHttpProber({ guard, ca: () => authority.ca, pair, timeoutMs: 15_000 }).probe(
        target(guarded.url),
        never,
      );

    it('shows the one of the moment', async () => {
      const issue = (name: string) => company.issue({ names: [name], uses: ['client'] });
      let pair = await issue('registry');
      expect(await probeShowing(() => pair)).toBe('answered');
      pair = await issue('renewed');
      expect(await probeShowing(() => pair)).toBe('answered');
      expect(guarded.callers).toEqual(['DNS:registry', 'DNS:renewed']);
    });

    it('finds somebody, and never nobody, without a good one', async () => {
      const foreign = await authority.issue({ uses: ['client'] });
      for (const pair of [undefined, () => undefined, () => foreign])
        expect(['anonymous', 'silent']).toContain(await probeShowing(pair));
      expect(guarded.callers).toEqual([]);
      expect(instance.asked).toEqual([]);
    });
  });

  it('finds nobody once the process is gone', async () => {
    await door.close();
    expect(await probeTrusting(authority.ca)).toBe('refused');
  });
});

describe('a probe of a name', () => {
  const proberWith = (addresses: readonly string[], parts: { forbidLoopback?: boolean } = {}) =>
    createHttpProber({
      timeoutMs: 15_000,
      guard: createAddressGuard({
        forbidLoopback: parts.forbidLoopback ?? false,
        resolve: async () =>
          addresses.length > 0
            ? addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
            : Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })),
      }),
    });

  it('that does not resolve finds no way', async () => {
    expect(await proberWith([]).probe(target('http://gone.example'), never)).toBe('unreachable');
  });

  it('finds nobody only if nobody listens at any of its addresses', async () => {
    const port = await closedPort();
    const outcome = proberWith(['127.0.0.1', '127.0.0.2']).probe(
      target(`http://both.example:${port}`),
      never,
    );
    expect(await outcome).toBe('refused');
  });

  it.each(['169.254.169.254', '127.0.0.1'])(
    'that has come to mean %s since it was registered is not connected to',
    async (address) => {
      const instance = await startProbedInstance();
      instance.answerAs('p-1/7');
      const { port } = new URL(instance.url);
      const rebound = proberWith([address], { forbidLoopback: true });
      expect(await rebound.probe(target(`http://rebound.example:${port}`), never)).toBe('unreachable');
      expect(instance.asked).toEqual([]);
      await instance.die();
    },
  );

  it.each(['http://2130706433', 'http://0x7f.1', 'http://[::ffff:127.0.0.1]'])(
    'nor is a literal address that is forbidden: %s',
    async (url) => {
      const outcome = proberWith(['127.0.0.1'], { forbidLoopback: true }).probe(target(url), never);
      expect(await outcome).toBe('unreachable');
    },
  );
});
