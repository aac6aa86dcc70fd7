import { connect } from 'node:net';
import { startCluster, type Cluster } from '../src/cluster';
import { halfClosedCases, halfClosedDeviation } from '../src/half-closed-cases';
import { rawRequest } from '../src/raw-request';

/** Each of our ports, with a path there whose answer takes a turn of the loop, and a call that has a body where there is one. */
const PORTS = [
  ['the registry', (cluster: Cluster) => cluster.registryUrl, '/explain/hello', post('/heartbeat')],
  ['the gateway', (cluster: Cluster) => cluster.gatewayUrl, '/products', post('/orders')],
  ['its own paths', (cluster: Cluster) => cluster.gatewayUrl, '/readyz', post('/register_service')],
  ['the admin port', (cluster: Cluster) => cluster.adminUrl, '/upstreams', get('/explain?path=/products')],
  ['product', () => urls.product, '/products', post('/products')],
  ['order', () => urls.order, '/orders', post('/orders')],
  ['hello', () => urls.hello, '/readyz', get('/hello')],
] as const;
const urls = { product: '', order: '', hello: '' };

function get(path: string, fields = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;
}
function post(path: string, fields = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${fields}Content-Length: 2\r\n\r\n{}`;
}
const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n';
const CLOSE = 'Connection: close\r\n';

/** Sends it all and closes its half (`nc -N`). @returns what comes until the other half is closed too */
function sendAndClose(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.setEncoding('latin1').on('data', (more: string) => (text += more));
    socket.once('error', reject).once('close', () => resolve(text));
    socket.end(bytes);
  });
}

describe.each(PORTS)('%s', (_, urlIn, path, call) => {
  it('answers a caller that closes its half', async () => {
    expect(await sendAndClose(urlIn(cluster), get(path))).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n[^]+/);
    expect(await sendAndClose(urlIn(cluster), call)).toMatch(/^HTTP\/1\.1 [245]\d\d [^]*\r\n\r\n/);
    const ahead = await sendAndClose(urlIn(cluster), get(path) + get(path) + get(path));
    expect(ahead.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(3);
  });

  it('answers what public suites send before they close their half, as they demand', async () => {
    const deviations: string[] = [];
    for (const one of halfClosedCases(path)) {
      const answer = await sendAndClose(urlIn(cluster), one.bytes);
      deviations.push(...halfClosedDeviation(one, answer));
    }
    expect(deviations).toEqual([]);
    expect(await sendAndClose(urlIn(cluster), get(path))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it.each(['Upgrade: TLS/1.2\r\nConnection: Upgrade\r\n', H2C])(
    'answers as if nothing had been offered, and keeps the connection (%j)',
    async (offer) => {
      const plain = await rawRequest(urlIn(cluster), call + get(path, CLOSE));
      const offered = await rawRequest(
        urlIn(cluster),
        call.replace('\r\nHost', `\r\n${offer}Host`) + get(path, CLOSE),
      );
      const statuses = (text: string) => text.match(/HTTP\/1\.1 \d+/g);
      expect(statuses(plain)?.at(-1)).toBe('HTTP/1.1 200');
      expect(statuses(offered)).toEqual(statuses(plain));
    },
  );

  it.each([
    ['LIST / HTTP/1.1', 501, 'METHOD_NOT_IMPLEMENTED'],
    ['get / HTTP/1.1', 501, 'METHOD_NOT_IMPLEMENTED'],
    ['GET / HTTP/1.2', 505, 'HTTP_VERSION_NOT_SUPPORTED'],
    ['GET / HTTP/2.0', 505, 'HTTP_VERSION_NOT_SUPPORTED'],
  ])('refuses %s with %i', async (line, status, code) => {
    const text = await rawRequest(urlIn(cluster), `${line}\r\nHost: localhost\r\n\r\n`);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*application/problem\\+json[^]*"${code}"`));
  });
});

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
  urls.product = (await cluster.add('product')).url;
  urls.order = (await cluster.add('order')).url;
  urls.hello = (await cluster.add('hello')).url;
});
afterAll(() => cluster.stop());
