import { hasStrictParser } from '../support/node-parser';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

const get = (fields: string, target = '/p/it'): string => `GET ${target} HTTP/1.1\r\n${fields}\r\n`;
/** An older parser passes such a byte on as it came, and an instance decides. */
const RAW_BYTES: string[][] = hasStrictParser
  ? [['a byte above ASCII in the target', get('Host: h\r\n', '/p/caf\xe9')]]
  : [];

describe('what is no request to forward', () => {
  let rig: RawRig;
  beforeAll(async () => {
    // By default a port without TLS takes HTTP/1.1 only.
    rig = await startRawRig({ onRequest: ({ send }) => send(okWith('done')) }, { HTTP2: 'tls' });
  });
  afterAll(() => rig.stop());
  afterEach(() => rig.expectHealthy());

  const reached = () => rig.upstream.requests().filter((bytes) => !bytes.includes('/p/healthy?'));
  async function expectRefused(bytes: string, status: number): Promise<string> {
    const seen = await rig.answerAndClose(bytes);
    expect(seen).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close\r\n`, 'i'));
    expect(JSON.parse(seen.slice(seen.indexOf('\r\n\r\n')))).toMatchObject({
      status,
      request_id: expect.any(String),
    });
    expect(seen).toMatch(/proxy-status: rollcall; error=/i);
    expect(reached().filter((bytes) => !bytes.includes('%0d%0a'))).toEqual([]);
    return seen;
  }

  it.each([
    ['no Host', get('')],
    ['no Host, the authority in the target', get('', 'http://h/p/it')],
    ['two Hosts', get('Host: h\r\nHost: h\r\n')],
    ['two Hosts, one in another spelling', get('Host: h\r\nhost: other\r\n')],
    ['a Host with a path', get('Host: h/p\r\n')],
    ['a Host with a user', get('Host: user@h\r\n')],
    ['a Host with a scheme', get('Host: http://h\r\n')],
    ['a Host with a space', get('Host: h h\r\n')],
    ['a Host that is a list', get('Host: h;h,"h"\r\n')],
    ['a Host with a malformed port', get('Host: h:8x\r\n')],
    ['a Host with an open bracket', get('Host: [::1\r\n')],
    ['a Host above ASCII', get('Host: h\xe9\r\n')],
    ['an authority with a user', get('Host: h\r\n', 'http://user@h/p/it')],
    ['another scheme', get('Host: h\r\n', 'file:///etc/passwd')],
    ['a target without a slash', get('Host: h\r\n', 'p/it')],
    ['dots in the path', get('Host: h\r\n', '/p/../q')],
    ['dots in disguise', get('Host: h\r\n', '/p/%2e%2E/q')],
    ['a space in the target', get('Host: h\r\n', '/p/a b')],
    ['a tab in the target', get('Host: h\r\n', '/p/a\tb')],
    ...RAW_BYTES,
    ['a NUL in the target', get('Host: h\r\n', '/p/a\0b')],
    ['the server as a whole, by GET', get('Host: h\r\n', '*')],
    ['no target', 'GET  HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a malformed method', 'GE(T /p/it HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['an unknown protocol', 'GET /p/it HTCPCP/1.0\r\nHost: h\r\n\r\n'],
    ['a malformed version', 'GET /p/it HTTP/1.x\r\nHost: h\r\n\r\n'],
    ['garbage', '\x00\x01\x02\x03garbage\r\n\r\n'],
    ['a TLS hello', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a PROXY line', 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET /p/it HTTP/1.1\r\nHost: h\r\n\r\n'],
  ])('%s: 400', (_, bytes) => expectRefused(bytes, 400));

  it.each([
    ['HTTP/2.0', 'GET /p/it HTTP/2.0\r\nHost: h\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'],
    ['HTTP/1.2', 'GET /p/it HTTP/1.2\r\nHost: h\r\n\r\n'],
    ['HTTP/3.0', 'GET /p/it HTTP/3.0\r\nHost: h\r\n\r\n'],
    ['HTTP/0.9', 'GET /p/it HTTP/0.9\r\nHost: h\r\n\r\n'],
    ['HTTP/0.9, as it was written then', 'GET /p/it\r\n\r\n'],
  ])('%s is another version: 505', async (_, bytes) => {
    expect(await expectRefused(bytes, 505)).toContain('HTTP_VERSION_NOT_SUPPORTED');
  });

  it.each(['LIST', 'FOO', 'get', 'VERSION-CONTROL'])(
    '%s is a method that nobody knows: 501',
    async (method) => {
      const seen = await expectRefused(`${method} /p/it HTTP/1.1\r\nHost: h\r\n\r\n`, 501);
      expect(JSON.parse(seen.slice(seen.indexOf('\r\n\r\n')))).toMatchObject({
        code: 'METHOD_NOT_IMPLEMENTED',
        detail: expect.stringContaining(`the method ${method}`),
      });
    },
  );

  it('line ends before a request are forgiven', async () => {
    expect(await rig.answerTo(`\r\n\r\n${get('Host: h\r\n', '/p/healthy?7')}`, 'healthy 7')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  it.each([
    ['a path', '/p/%0d%0aSet-Cookie:%20evil=1'],
    ['a path nobody has', '/nowhere/%0d%0aSet-Cookie:%20evil=1'],
    ['a query', '/nowhere?%0d%0aSet-Cookie:%20evil=1'],
  ])('line ends in disguise in %s end no line of the answer', async (_, target) => {
    const seen = await rig.answerTo(get('Host: h\r\nX-Request-Id: a%0d%0aSet-Cookie: evil=1\r\n', target));
    expect(seen.split('\r\n\r\n')[0]).not.toMatch(/^set-cookie/im);
  });
});
