import { closedPort } from '@rollcall/testing';
import { freePort, startApp, type AppName } from '../src/app-process';
import { request } from '../src/expect-answer';

/** Has a process say at its end which files it has loaded of what records spans. */
const preload = require.resolve('../src/telemetry-modules-at-exit.js');

/** What an app has loaded for recording spans by its end, after it has answered. */
async function loadedBy(
  app: AppName,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const process = startApp({
    app,
    port,
    healthPort: app === 'gateway' ? adminPort : port,
    nodeArgs: ['-r', preload],
    env: {
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
  const [, files] = /^telemetry modules: (.*)$/m.exec(process.output()) ?? [];
  if (files === undefined)
    throw new Error(`${app} did not say what it loaded; it wrote:\n${process.output()}`);
  return JSON.parse(files) as readonly string[];
}

describe('without traces', () => {
  it.each<AppName>(['registry', 'gateway', 'product', 'order', 'hello'])(
    '%s loads nothing that records spans',
    async (app) => {
      expect(await loadedBy(app)).toEqual([]);
    },
  );

  it('an app that has an endpoint and is told not to use it loads nothing either', async () => {
    const off = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' };
    expect(await loadedBy('hello', off)).toEqual([]);
  });
});

it('with traces an app has loaded it', async () => {
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await closedPort()}` };
  expect((await loadedBy('hello', on)).join()).toMatch(/telemetry\/dist\/opentelemetry\.js/);
});
