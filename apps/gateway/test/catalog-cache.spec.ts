import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeRegistry } from '@rollcall/registry-client/testing';
import { eventually } from '@rollcall/testing';
import { startGateway } from './support/start-gateway';
import { startUpstream } from './support/start-upstream';

it('a gateway that starts while the registry is away routes by what the last one knew', async () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'rollcall-'));
  const registry = createFakeRegistry();
  await registry.start();
  const upstream = await startUpstream();
  registry.list({ service_name: 'late', url: upstream.url, routes: [{ path_prefix: '/late' }] });
  const first = await startGateway({ DATA_DIR }, { registry });
  await eventually(async () => (await fetch(`${first.url}/late`)).status === 200);
  await first.stop();

  const second = await startGateway({ DATA_DIR }, { registry, synced: false });

  expect((await fetch(`${second.url}/late`)).status).toBe(200);
  await second.stop();
  await upstream.stop();
  rmSync(DATA_DIR, { recursive: true });
});
