import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@rollcall/testing';
import { createKeyPairFolder, type KeyPairFolder } from '@rollcall/testing/certificates';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

const run = promisify(execFile);
const isAble = speaksHttp2();
const describeWithCurl = isAble ? describe : describe.skip;
if (!isAble) process.stderr.write('Skipped, as there is no curl that speaks HTTP/2: apt-get install curl\n');

function speaksHttp2(): boolean {
  try {
    return /^Features:.* HTTP2\b/m.test(execFileSync('curl', ['--version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}

interface Asked {
  readonly version: string;
  readonly status: number;
  readonly body: string;
}

describeWithCurl('curl, by every version of HTTP on one port', () => {
  let upstream: RunningUpstream;
  let pair: KeyPairFolder;
  let secure: RunningGateway;
  let plain: RunningGateway;
  let withoutHttp2: RunningGateway;

  beforeAll(async () => {
    pair = await createKeyPairFolder();
    const tls = { TLS_CERT_FILE: pair.certFile, TLS_KEY_FILE: pair.keyFile };
    upstream = await startUpstream((req, res) => {
      let body = '';
      req.on('data', (bytes: Buffer) => (body += bytes.toString()));
      req.on('end', () => res.end(JSON.stringify({ method: req.method, via: req.headers.via, body })));
    });
    [secure, plain, withoutHttp2] = await Promise.all([
      startGateway(tls),
      startGateway({ HTTP2: 'on' }),
      startGateway({ ...tls, HTTP2: 'off' }),
    ]);
    for (const { registry } of [secure, plain, withoutHttp2])
      registry.list({ service_name: 'p', url: upstream.url, routes: [{ path_prefix: '/p' }] });
    await eventually(async () => {
      const counts = await Promise.all([secure, plain, withoutHttp2].map((one) => one.upstreamCount()));
      return counts.every((count) => count === 1);
    });
  });
  afterAll(async () => {
    await Promise.all([secure, plain, withoutHttp2].map((one) => one.stop()));
    await upstream.stop();
    await pair.remove();
  });

  async function ask(url: string, ...options: readonly string[]): Promise<Asked> {
    const written = '\n%{http_version} %{http_code}';
    const { stdout } = await run('curl', ['-sS', '--cacert', pair.caFile, '-w', written, ...options, url]);
    const end = stdout.lastIndexOf('\n');
    const [version = '', status = ''] = stdout.slice(end + 1).split(' ');
    return { version, status: Number(status), body: stdout.slice(0, end) };
  }
  const viaOf = ({ body }: Asked): string => (JSON.parse(body) as { via: string }).via.split(' ')[0] ?? '';

  it.each([
    ['--http2', '2'],
    ['--http1.1', '1.1'],
  ])('%s over TLS is answered by HTTP/%s', async (option, version) => {
    const url = `https://localhost:${secure.port}/p`;
    const got = await ask(url, option);
    expect([got.version, got.status, viaOf(got)]).toEqual([version, 200, version === '2' ? '2.0' : '1.1']);
    const posted = await ask(url, option, '-d', 'a=1');
    expect([posted.version, JSON.parse(posted.body)]).toMatchObject([
      version,
      { method: 'POST', body: 'a=1' },
    ]);
    expect(await ask(`https://localhost:${secure.port}/livez`, option)).toMatchObject({
      version,
      status: 200,
    });
  });

  it.each([
    ['--http2-prior-knowledge', '2'],
    // An offer to upgrade is not taken up (RFC 9113 has withdrawn it).
    ['--http2', '1.1'],
    ['--http1.1', '1.1'],
  ])('%s without TLS is answered by HTTP/%s', async (option, version) => {
    const url = `http://localhost:${plain.port}/p`;
    const got = await ask(url, option);
    expect([got.version, got.status, viaOf(got)]).toEqual([version, 200, version === '2' ? '2.0' : '1.1']);
    const posted = await ask(url, option, '-d', 'a=1');
    expect([posted.version, JSON.parse(posted.body)]).toMatchObject([
      version,
      { method: 'POST', body: 'a=1' },
    ]);
    expect(await ask(`http://localhost:${plain.port}/livez`, option)).toMatchObject({ version, status: 200 });
  });

  it('HTTP2=off answers by HTTP/1.1 what could do both', async () => {
    const url = `https://localhost:${withoutHttp2.port}/p`;
    expect(await ask(url, '--http2')).toMatchObject({ version: '1.1', status: 200 });
  });
});
