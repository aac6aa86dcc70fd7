import { closedPort } from '@rollcall/testing';
import { freePort, startApp, type AppName } from './app-process';
import { request } from './expect-answer';

/** Has a process say at its end which files it has loaded. */
const preload = require.resolve('./loaded-at-exit.js');

/** @returns which files whose paths match an app has loaded by its end, after it has answered */
export async function loadedBy(
  app: AppName,
  matching: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const process = startApp({
    app,
    port,
    healthPort: app === 'gateway' ? adminPort : port,
    nodeArgs: ['-r', preload],
    env: {
      LOADED_MATCHING: matching.source,
      ADMIN_PORT: String(adminPort),
      DATA_DIR: 'off',
      DRAIN_LINGER_MS: '0',
      DRAIN_TIMEOUT_MS: '1000',
      REGISTRY_AUTH: 'off',
      REGISTRY_URL: `http://127.0.0.1:${await closedPort()}`,
      ...env,
    },
  });
  await process.live();
  expect((await request(`${process.url}/nowhere`)).status).toBeGreaterThanOrEqual(400);
  expect(await process.end('SIGTERM')).toBe(0);
  const [, files] = /^loaded: (.*)$/m.exec(process.output()) ?? [];
  if (files === undefined)
    throw new Error(`${app} did not say what it loaded; it wrote:\n${process.output()}`);
  return JSON.parse(files) as readonly string[];
}
