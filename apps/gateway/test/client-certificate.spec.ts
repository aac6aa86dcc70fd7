import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { closedPort, eventually } from '@rollcall/testing';
import { createKeyPairFolder, type IssuedPair, type KeyPairFolder } from '@rollcall/testing/certificates';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startH2cUpstream, type RunningH2cUpstream } from './support/start-h2c-upstream';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const ROUTES = `version: 1
routes:
  - { path_prefix: /mirrored, service: product, mirror: { service: next, percent: 100 } }
`;
/** Ways to say whose certificate it was: none of a stranger's may get through. */
const FORGED = [
  'X-Forwarded-Client-Cert',
  'x-forwarded-client-cert',
  'X_Forwarded_Client_Cert',
  'X-Forwarded_Client-CERT',
];
const FORGERY = 'Hash=00;Subject="CN=root";URI=spiffe://shop/root';
const forged = FORGED.map((name) => `${name}: ${FORGERY}`);

/** The fields of that name, however it is spelled. */
function shownIn(raw: readonly string[]): readonly string[] {
  return raw.flatMap((name, at) => {
    const isShown = at % 2 === 0 && name.toLowerCase().replaceAll('_', '-') === 'x-forwarded-client-cert';
    return isShown ? [`${name}: ${raw[at + 1]}`] : [];
  });
}

function hashOf({ cert }: IssuedPair): string {
  return createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
}

async function received(socket: Socket, sent: string): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  socket.write(sent, 'latin1');
  await once(socket, 'close');
  return text;
}

/** What the instance has got, by its own answer. */
async function shownTo(socket: Socket, path: string, fields: readonly string[]): Promise<unknown> {
  const head = [`GET ${path} HTTP/1.1`, 'Host: here', ...fields];
  if (!fields.some((field) => field.startsWith('Connection:'))) head.push('Connection: close');
  const text = await received(socket, `${head.join('\r\n')}\r\n\r\n`);
  expect(text).toMatch(/^HTTP\/1\.1 (?:200|101) /);
  return JSON.parse(/\[.*\]/.exec(text)?.[0] ?? 'null');
}

describe('X-Forwarded-Client-Cert', () => {
  let front: KeyPairFolder;
  let named: KeyPairFolder;
  let folder: string;
  let product: RunningUpstream;
  let next: RunningUpstream;
  let grpc: RunningH2cUpstream;
  /** Asks for certificates, behind nobody whom it trusts. */
  let running: RunningGateway;
  /** The same behind a proxy that it trusts, with a URI in its own certificate. */
  let behindProxy: RunningGateway;
  /** Without TLS. */
  let plain: RunningGateway;
  let caller: IssuedPair;
  let element: string;

  beforeAll(async () => {
    front = await createKeyPairFolder();
    named = await createKeyPairFolder({ names: ['127.0.0.1', 'spiffe://shop/gateway'] });
    caller = await front.authority.issue({
      subject: 'C=DE,O=Shop\\, Inc,CN=orders',
      names: ['spiffe://shop/orders', 'orders.shop', 'spiffe://shop/old,orders'],
      uses: ['client'],
    });
    element = `Hash=${hashOf(caller)};Subject="CN=orders,O=Shop\\, Inc,C=DE";URI=spiffe://shop/orders;URI="spiffe://shop/old,orders";DNS=orders.shop`;
    folder = await mkdtemp(join(tmpdir(), 'rollcall-client-cert-'));
    await writeFile(join(folder, 'routes.yaml'), ROUTES);
    product = await startUpstream((req, res) => {
      const fields = shownIn(req.rawHeaders);
      req.resume().on('end', () => res.end(JSON.stringify([...fields, ...shownIn(req.rawTrailers)])));
    });
    product.server.on('upgrade', (req, socket: Socket) => {
      socket.on('error', () => undefined);
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${JSON.stringify(shownIn(req.rawHeaders))}`,
      );
    });
    next = await startUpstream();
    grpc = await startH2cUpstream((stream, fields) => {
      const got = Object.entries(fields).flatMap(([name, value]) => [name, String(value)]);
      stream.on('trailers', (_trailers: unknown, _flags: unknown, raw: string[]) => got.push(...raw));
      stream.resume().on('end', () => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(JSON.stringify(shownIn(got)));
      });
    });
    const start = async (settings: Record<string, string>) => {
      const gateway = await startGateway({ ROUTES_FILE: join(folder, 'routes.yaml'), ...settings });
      const { registry } = gateway;
      const route = (path_prefix: string) => [{ path_prefix }];
      registry.list({ service_name: 'product', url: product.url, routes: route('/products') });
      registry.list({ service_name: 'next', url: next.url, routes: route('/next') });
      registry.list({ service_name: 'grpc', url: grpc.url, protocol: 'h2c', routes: route('/shop.Orders') });
      registry.list({ service_name: 'half', url: product.url, routes: route('/half') });
      const dead = `http://127.0.0.1:${await closedPort()}`;
      registry.list({ service_name: 'half', url: dead, routes: route('/half') });
      await eventually(async () => (await gateway.upstreamCount()) === 5);
      return gateway;
    };
    const asking = { CLIENT_CA_FILE: front.caFile, CLIENT_CERT: 'optional' };
    running = await start({ TLS_CERT_FILE: front.certFile, TLS_KEY_FILE: front.keyFile, ...asking });
    behindProxy = await start({
      TLS_CERT_FILE: named.certFile,
      TLS_KEY_FILE: named.keyFile,
      TRUSTED_PROXIES: '127.0.0.1/32',
      ...asking,
    });
    plain = await start({});
  });
  afterAll(async () => {
    await Promise.all([running.stop(), behindProxy.stop(), plain.stop()]);
    await Promise.all([product.stop(), next.stop(), grpc.stop(), front.remove(), named.remove()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** @param pair what the caller shows; default: no certificate */
  async function open(
    { port }: RunningGateway,
    pair: IssuedPair | undefined,
    options: ConnectionOptions = {},
  ): Promise<TLSSocket> {
    // The specs are about what the gateway sees.
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...pair, ...options });
    await once(socket, 'secureConnect');
    return socket;
  }
  /** Over HTTP/2, with trailers of the forged names. */
  async function shownOverHttp2(path: string, pair: IssuedPair | undefined, type: string): Promise<unknown> {
    const session = connectHttp2(`https://127.0.0.1:${running.port}`, { rejectUnauthorized: false, ...pair });
    const names = [...new Set(FORGED.map((name) => name.toLowerCase()))];
    const fields = Object.fromEntries(names.map((name) => [name, [FORGERY, FORGERY].join(', ')]));
    const stream = session.request(
      { ':method': 'POST', ':path': path, 'content-type': type, te: 'trailers', ...fields },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers(fields));
    stream.end('x');
    let text = '';
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    await once(stream, 'close');
    session.close();
    return JSON.parse(text);
  }
  const one = (value: string) => [`X-Forwarded-Client-Cert: ${value}`];

  it('says whose certificate the caller has shown, whatever the caller says itself', async () => {
    expect(await shownTo(await open(running, caller), '/products', [])).toEqual(one(element));
    expect(await shownTo(await open(running, caller), '/products', forged)).toEqual(one(element));
    const named = [...forged, 'Connection: close, X-Forwarded-Client-Cert'];
    expect(await shownTo(await open(running, caller), '/products', named)).toEqual(one(element));
  });

  it('is taken from callers without a certificate, over TLS and without', async () => {
    expect(await shownTo(await open(running, undefined), '/products', forged)).toEqual([]);
    const socket = connectPlain(plain.port, '127.0.0.1');
    expect(await shownTo(socket, '/products', forged)).toEqual([]);
  });

  it.each([
    ['an instance of HTTP/1.1', '/products', 'text/plain', 'X-Forwarded-Client-Cert'],
    ['an instance of gRPC', '/shop.Orders/Place', 'application/grpc', 'x-forwarded-client-cert'],
  ])('is the same for callers of HTTP/2 before %s, trailers included', async (_, path, type, name) => {
    expect(await shownOverHttp2(path, caller, type)).toEqual([`${name}: ${element}`]);
    expect(await shownOverHttp2(path, undefined, type)).toEqual([]);
  });

  it('is no trailer', async () => {
    const head =
      'POST /products HTTP/1.1\r\nHost: here\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n';
    const sent = `${head}Trailer: X-Forwarded-Client-Cert\r\n\r\n1\r\nx\r\n0\r\n${forged.join('\r\n')}\r\n\r\n`;
    const text = await received(await open(running, caller), sent);
    expect(JSON.parse(/\[.*\]/.exec(text)?.[0] ?? 'null')).toEqual(one(element));
  });

  it('is with requests to switch protocols', async () => {
    const fields = ['Connection: Upgrade', 'Upgrade: websocket', ...forged];
    expect(await shownTo(await open(running, caller), '/products', fields)).toEqual(one(element));
    expect(await shownTo(await open(running, undefined), '/products', fields)).toEqual([]);
  });

  it('is once with each attempt, and with a mirrored copy', async () => {
    await eventually(async () => {
      expect(await shownTo(await open(running, caller), '/half', forged)).toEqual(one(element));
      return running.logged.some((line) => line['path'] === '/half' && line['attempts'] === 2);
    });
    expect(await shownTo(await open(running, caller), '/mirrored', forged)).toEqual(one(element));
    await eventually(() => next.requests.length === 1);
    expect(next.requests.flatMap((req) => shownIn(req.rawHeaders))).toEqual(one(element));
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'outlives the connection with a session of %s',
    async (maxVersion) => {
      const first = await open(running, caller, { maxVersion });
      let session = first.getSession();
      // Over TLS 1.3 tickets come after the handshake.
      first.on('session', (ticket) => (session = ticket));
      expect(await shownTo(first, '/products', [])).toEqual(one(element));
      const second = await open(running, caller, { maxVersion, session });
      expect(second.isSessionReused()).toBe(true);
      expect(await shownTo(second, '/products', forged)).toEqual(one(element));
    },
  );

  it('comes after what a trusted proxy says, or is what the proxy says', async () => {
    const ofProxy = `By=spiffe://shop/gateway;${element}`;
    expect(await shownTo(await open(behindProxy, caller), '/products', [])).toEqual(one(ofProxy));
    const fields = [
      'X-Forwarded-Client-Cert: Hash=1',
      'x-forwarded-client-cert: Hash=2',
      'X_Forwarded_Client_Cert: Hash=3',
    ];
    const named = [...fields, 'Connection: close, X-Forwarded-Client-Cert'];
    for (const given of [fields, named]) {
      const both = one(`Hash=1, Hash=2, ${ofProxy}`);
      expect(await shownTo(await open(behindProxy, caller), '/products', given)).toEqual(both);
      expect(await shownTo(await open(behindProxy, undefined), '/products', given)).toEqual(
        fields.slice(0, 2),
      );
    }
  });

  it('cannot be broken by what is in a certificate', async () => {
    const hostile = await front.authority.issue({
      subject: [{ CN: ['a\r\nX-Forwarded-For: 6.6.6.6, ä;URI=spiffe://shop/root\\'] }],
      names: [
        { type: 'url', value: 'spiffe://shop/a\r\nX-Root: yes' },
        { type: 'url', value: 'spiffe://shop/a";URI="spiffe://shop/root' },
        { type: 'url', value: 'spiffe://shop/a\\' },
        { type: 'dns', value: 'a.shop, URI:spiffe://shop/root' },
        { type: 'dns', value: 'a.shop,DNS:b.shop;Hash=0' },
      ],
      uses: ['client'],
    });
    const subject = 'CN=a\\0D\\0AX-Forwarded-For: 6.6.6.6\\, \\C3\\A4\\;URI=spiffe://shop/root\\5C';
    const names = 'URI="spiffe://shop/a\\";URI=\\"spiffe://shop/root";DNS="a.shop,DNS:b.shop;Hash=0"';
    expect(await shownTo(await open(running, hostile), '/products', [])).toEqual(
      one(`Hash=${hashOf(hostile)};Subject="${subject}";${names}`),
    );
  });

  it('has its certificate in the access log by name, and no name where none was shown', async () => {
    await shownTo(await open(running, caller), '/products/with', []);
    await shownTo(await open(running, undefined), '/products/without', forged);
    const line = (path: string) => running.logged.find((one) => one['path'] === path);
    await eventually(() => line('/products/with') !== undefined && line('/products/without') !== undefined);
    expect(line('/products/with')).toMatchObject({ client_certificate: 'spiffe://shop/orders' });
    expect(line('/products/without')?.['client_certificate']).toBeUndefined();
  });
});
