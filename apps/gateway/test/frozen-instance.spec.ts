import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startHangingServer, type SocketServer, timeScale } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

/** Too short for the frozen one, and more than the other one takes on a busy machine. */
const ATTEMPT_MS = Math.ceil(100 * timeScale);
const HEADERS_MS = 5 * ATTEMPT_MS;

/** An instance that is frozen takes connections and never answers. */
describe('an instance that is frozen, on a route that gives an attempt its own time', () => {
  let folder: string;
  let running: RunningGateway;
  let frozen: SocketServer;
  let upstream: RunningUpstream;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rollcall-routes-'));
    const file = join(folder, 'routes.yaml');
    writeFileSync(
      file,
      `version: 1
defaults: { retries: { attempts: 2, attempt_timeout_ms: ${ATTEMPT_MS} } }
routes:
  - { path_prefix: /shared, service: shared }
  - { path_prefix: /hurried, service: shared, timeouts: { headers_ms: ${HEADERS_MS} } }
  - { path_prefix: /alone, service: alone, timeouts: { headers_ms: ${HEADERS_MS} } }
`,
    );
    running = await startGateway({ ROUTES_FILE: file });
    [frozen, upstream] = await Promise.all([startHangingServer(), startUpstream()]);
    running.registry.list({ service_name: 'shared', url: frozen.url });
    running.registry.list({ service_name: 'shared', url: upstream.url });
    running.registry.list({ service_name: 'alone', url: frozen.url });
    await eventually(async () => (await running.upstreamCount()) === 3);
  });

  afterAll(async () => {
    await running.stop();
    await Promise.all([frozen.close(), upstream.stop()]);
    rmSync(folder, { recursive: true });
  });

  const statuses = async (path: string, init: RequestInit) => {
    const found = [];
    for (let count = 0; count < 4; count += 1) found.push((await fetch(running.url + path, init)).status);
    return found;
  };

  it('costs no GET its answer', async () => {
    expect(await statuses('/shared', {})).toEqual([200, 200, 200, 200]);
  });

  it('has its own time for what must not be repeated', async () => {
    const before = upstream.requests.length;
    const found = await statuses('/hurried', { method: 'POST' });
    expect(found.filter((status) => status === 504)).toHaveLength(2);
    expect(upstream.requests.length - before).toBe(2);
  });

  it('is waited for when there is nobody else to ask', async () => {
    const startedAt = performance.now();
    expect((await fetch(`${running.url}/alone`)).status).toBe(504);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(0.9 * HEADERS_MS);
  });
});
