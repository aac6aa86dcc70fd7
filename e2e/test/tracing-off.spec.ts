import { closedPort } from '@rollcall/testing';
import type { AppName } from '../src/app-process';
import { loadedBy } from '../src/loaded-by';

/** What records spans, ours and OpenTelemetry's. The API alone is there always: prom-client depends on it. */
const RECORDING = /libs\/telemetry\/|@opentelemetry\/(?!api\/)/;

describe('without traces', () => {
  it.each<AppName>(['registry', 'gateway', 'product', 'order', 'hello'])(
    '%s loads nothing that records spans',
    async (app) => {
      expect(await loadedBy(app, RECORDING)).toEqual([]);
    },
  );

  it('an app that has an endpoint and is told not to use it loads nothing either', async () => {
    const off = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' };
    expect(await loadedBy('hello', RECORDING, off)).toEqual([]);
  });
});

it('with traces an app has loaded it', async () => {
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await closedPort()}` };
  expect((await loadedBy('hello', RECORDING, on)).join()).toMatch(/telemetry\/dist\/opentelemetry\.js/);
});
