import { startRawServer, type SocketServer } from '@rollcall/testing';
import axios from 'axios';
import { Agent as HttpAgent, get } from 'node:http';
import { connect, type LookupFunction } from 'node:net';
import { Pool } from 'undici';
import { createAddressGuard, parseCidrSet, type ResolveName } from '../src';

const LOOPBACK = { address: '127.0.0.1', family: 4 };

let server: SocketServer;
beforeAll(async () => {
  server = await startRawServer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi');
});
afterAll(() => server.close());

/** How each HTTP client here connects to a name by a look-up of ours; answers the status, or throws what it throws. */
const clients: Readonly<
  Record<string, (host: string, lookup: LookupFunction) => Promise<number | undefined>>
> = {
  'net.connect': (host, lookup) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port: server.port, lookup }, () => {
        socket.destroy();
        resolve(200);
      }).once('error', reject);
    }),
  'http.Agent': (host, lookup) =>
    new Promise((resolve, reject) => {
      const agent = new HttpAgent({ lookup });
      get(`http://${host}:${server.port}`, { agent }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once('error', reject);
    }),
  'undici Pool': async (host, lookup) => {
    const pool = new Pool(`http://${host}:${server.port}`, { connect: { lookup } });
    try {
      const { statusCode, body } = await pool.request({ path: '/', method: 'GET' });
      await body.dump();
      return statusCode;
    } finally {
      await pool.close();
    }
  },
  axios: async (host, lookup) => {
    const httpAgent = new HttpAgent({ lookup });
    const url = `http://${host}:${server.port}`;
    return (await axios.get(url, { httpAgent, maxRedirects: 0, proxy: false })).status;
  },
};

const resolvingTo =
  (...answers: { address: string; family: number }[]): ResolveName =>
  () =>
    Promise.resolve(answers);

const exemption = parseCidrSet(['127.0.0.0/8']);
const loopbackExempted = 'set' in exemption ? { allowedCidrs: exemption.set } : {};

describe.each(Object.entries(clients))('connecting by %s', (_, request) => {
  it('reaches an allowed address', async () => {
    const { lookup } = createAddressGuard({ forbidLoopback: false, resolve: resolvingTo(LOOPBACK) });
    expect(await request('product.test', lookup)).toBe(200);
  });

  it('reaches an exempted address', async () => {
    const guard = createAddressGuard({
      forbidLoopback: true,
      ...loopbackExempted,
      resolve: resolvingTo(LOOPBACK),
    });
    expect(await request('product.test', guard.lookup)).toBe(200);
  });

  it('fails with a stable code, and opens no connection, when any answer is forbidden', async () => {
    const before = server.connections;
    const { lookup } = createAddressGuard({
      forbidLoopback: false,
      resolve: resolvingTo(LOOPBACK, { address: 'fe80::1', family: 6 }),
    });
    await expect(request('product.test', lookup)).rejects.toMatchObject({ code: 'FORBIDDEN_ADDRESS' });
    expect(server.connections).toBe(before);
  });

  it('catches a name that was public when it was registered and is not when it is connected to', async () => {
    const answers = [{ address: '93.184.216.34', family: 4 }, LOOPBACK];
    const guard = createAddressGuard({
      forbidLoopback: true,
      resolve: () => Promise.resolve(answers.splice(0, 1)),
    });
    expect(await guard.checkUrl('http://rebinding.test')).toEqual({ allowed: true });
    await expect(request('rebinding.test', guard.lookup)).rejects.toMatchObject({
      code: 'FORBIDDEN_ADDRESS',
    });
  });

  it('refuses a metadata name before anyone is asked', async () => {
    const { lookup } = createAddressGuard({
      forbidLoopback: false,
      resolve: () => Promise.reject(new Error('asked')),
    });
    await expect(request('metadata.google.internal', lookup)).rejects.toMatchObject({
      code: 'FORBIDDEN_ADDRESS',
    });
  });

  it('hands on why a name does not resolve', async () => {
    const failure = Object.assign(new Error('try again'), { code: 'EAI_AGAIN' });
    const failing = createAddressGuard({ forbidLoopback: false, resolve: () => Promise.reject(failure) });
    await expect(request('product.test', failing.lookup)).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    const empty = createAddressGuard({ forbidLoopback: false, resolve: resolvingTo() });
    await expect(request('product.test', empty.lookup)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('connecting by the system resolver', () => {
  it.each([
    { all: true as const, answer: (address: unknown) => expect(address).toContainEqual(LOOPBACK) },
    { all: false as const, answer: (address: unknown) => expect(address).toBe(LOOPBACK.address) },
  ])('answers as dns.lookup does, with all: $all', async ({ all, answer }) => {
    const { lookup } = createAddressGuard({ forbidLoopback: false });
    const address = await new Promise((resolve, reject) => {
      lookup('localhost', { all, family: 4 }, (error, found) => (error ? reject(error) : resolve(found)));
    });
    answer(address);
  });

  it('sees through spellings that only the system knows to be addresses', async () => {
    const { lookup } = createAddressGuard({ forbidLoopback: true });
    const failure = await new Promise((resolve) => lookup('0x7f.1', {}, resolve));
    expect(failure).toMatchObject({ code: 'FORBIDDEN_ADDRESS', hostname: '0x7f.1' });
  });
});
