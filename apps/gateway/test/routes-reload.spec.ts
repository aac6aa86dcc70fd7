import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const file = (...routes: string[]) =>
  `version: 1\nroutes:\n${routes.map((route) => `  - ${route}\n`).join('')}`;
const A = '{ path_prefix: /a, service: product, rate_limit: { requests: 3, per_seconds: 3600 } }';
const B = '{ path_prefix: /b, service: product }';

describe('a routes file that changes', () => {
  let folder: string;
  let path: string;
  let running: RunningGateway;
  let upstream: RunningUpstream;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-reload-'));
    path = join(folder, 'routes.yaml');
    await writeFile(path, file(A));
    upstream = await startUpstream((req, res) => {
      if (req.url !== '/a/slow') return res.end('ok');
      res.write('begun');
      req.once('rollcall-finish', () => res.end(' and ended'));
      return undefined;
    });
    running = await startGateway({ ROUTES_FILE: path, HOLD_TIMEOUT_MS: '20000' });
    running.registry.list({ service_name: 'product', url: upstream.url });
    await eventually(async () => (await running.upstreamCount()) === 1);
  });
  afterEach(async () => {
    await Promise.all([running.stop(), upstream.stop()]);
    await rm(folder, { recursive: true });
  });

  const statusOf = async (asked: string) => (await fetch(running.url + asked)).status;
  const left = async () => (await fetch(`${running.url}/a`)).headers.get('ratelimit')?.split(';')[1];
  const routesFile = async () =>
    ((await running.admin('/config')) as { routes_file: Record<string, unknown> }).routes_file;
  const signal = () => process.emit('SIGHUP');

  it('is followed, also when it is replaced by another file or link', async () => {
    await writeFile(`${path}.new`, file(A, B));
    await rename(`${path}.new`, path);
    await eventually(async () => (await statusOf('/b')) === 200);
    await writeFile(join(folder, 'other.yaml'), file(A));
    await symlink('other.yaml', `${path}.link`);
    await rename(`${path}.link`, path);
    await eventually(async () => (await statusOf('/b')) === 404);
  });

  it('leaves the count of a route that is as before, and what is under way', async () => {
    expect([await left(), await left()]).toEqual(['r=2', 'r=1']);
    const slow = await fetch(`${running.url}/a/slow`);
    await writeFile(path, file(B, A));
    signal();
    expect(await statusOf('/b')).toBe(200);
    expect(await statusOf('/a')).toBe(429);
    upstream.requests.find(({ url }) => url === '/a/slow')?.emit('rollcall-finish');
    expect(await slow.text()).toBe('begun and ended');
  });

  it('is refused whole when it has a fault, and says so until it is mended', async () => {
    const before = await routesFile();
    await writeFile(path, file(B, '{ path_prefix: c, service: product }'));
    signal();
    expect([await statusOf('/a'), await statusOf('/b')]).toEqual([200, 404]);
    expect(await routesFile()).toMatchObject({
      hash: before['hash'],
      fault: { faults: [{ file: path, line: expect.any(Number), path: 'routes.1.path_prefix' }] },
    });
    expect(running.logged).toContainEqual(
      expect.objectContaining({ event: 'routes_refused', level: 'error' }),
    );
    const metrics = async () => (await fetch(`${running.adminUrl}/metrics`)).text();
    expect(await metrics()).toMatch(/routes_file_faulty\{.*\} 1/);
    await rm(path);
    signal();
    expect(await routesFile()).toMatchObject({
      fault: { faults: [{ message: 'there is no such file' }] },
    });
    await writeFile(path, file(B));
    signal();
    expect([await statusOf('/a'), await statusOf('/b')]).toEqual([404, 200]);
    expect(await routesFile()).toMatchObject({ routes: 1, fault: null });
    expect(await metrics()).toMatch(/routes_file_faulty\{.*\} 0/);
  });

  it('follows the file of keys that it names', async () => {
    const keys = join(folder, 'keys.yaml');
    const keyed = (sha256: string) => `api_keys:\n  - { name: ci, sha256: '${sha256}' }\n`;
    await writeFile(keys, keyed('0'.repeat(64)));
    await writeFile(
      path,
      `api_keys_file: keys.yaml\n${file('{ path_prefix: /k, service: product, api_key: {} }')}`,
    );
    signal();
    const withKey = async () =>
      (await fetch(`${running.url}/k`, { headers: { 'X-Api-Key': 'secret' } })).status;
    expect(await withKey()).toBe(401);
    await writeFile(keys, keyed('2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'));
    await eventually(async () => (await withKey()) === 200);
  });
});
