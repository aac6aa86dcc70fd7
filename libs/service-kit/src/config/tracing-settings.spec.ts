import { exportUrl } from '../tracing/start-tracer';
import { ConfigError } from './config-error';
import { defineConfig } from './define-config';
import { processSettings } from './process-settings';

const config = defineConfig(processSettings({ PORT: 0, SERVICE_NAME: 'shop' }));
const NAMES = Object.keys(config.read({})).filter((name) => name.startsWith('OTEL_'));

/** A value of each that is none of its defaults. */
const SET: Readonly<Record<string, string>> = {
  OTEL_SDK_DISABLED: 'true',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=one',
  OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
  OTEL_EXPORTER_OTLP_TIMEOUT: '7',
  OTEL_SERVICE_NAME: 'other',
  OTEL_RESOURCE_ATTRIBUTES: 'team=a',
  OTEL_TRACES_SAMPLER: 'always_on',
  OTEL_TRACES_SAMPLER_ARG: '0.5',
  OTEL_BSP_MAX_QUEUE_SIZE: '7',
  OTEL_BSP_SCHEDULE_DELAY: '7',
};

describe('the settings of traces', () => {
  it.each(Object.entries(SET))('has %s, as %s', (name, value) => {
    expect(config.read({ [name]: value })).not.toEqual(config.read({}));
  });

  // https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/: "MUST treat empty as unset".
  it.each([...Object.keys(SET), 'OTEL_EXPORTER_OTLP_CERTIFICATE', 'OTEL_EXPORTER_OTLP_HEADERS_FILE'])(
    'treats an empty %s as unset, in production too',
    (name) => {
      for (const others of [{}, { NODE_ENV: 'production' }])
        expect(config.read({ ...others, [name]: '' })).toEqual(config.read(others));
    },
  );

  it('leaves no setting out of the former', () => {
    expect(Object.keys(SET)).toEqual(expect.arrayContaining(NAMES));
  });

  it.each([
    ['production', 0.01],
    ['development', 1],
    ['', 1],
  ])('samples with NODE_ENV=%s a share of %d', (NODE_ENV, share) => {
    expect(config.read({ NODE_ENV }).OTEL_TRACES_SAMPLER_ARG).toBe(share);
  });

  it('reads pairs percent-encoded, with spaces around them', () => {
    const { OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_HEADERS } = config.read({
      OTEL_RESOURCE_ATTRIBUTES: 'team = a%2Cb , empty=,service.name=shop',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc==',
    });
    expect(OTEL_RESOURCE_ATTRIBUTES).toEqual({ team: 'a,b', empty: '', 'service.name': 'shop' });
    expect(OTEL_EXPORTER_OTLP_HEADERS).toEqual({ authorization: 'Basic abc==' });
  });

  it.each([
    ['OTEL_RESOURCE_ATTRIBUTES', 'team'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%zz'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=1,,b=2'],
    ['OTEL_RESOURCE_ATTRIBUTES', Array.from({ length: 65 }, (_, each) => `a${each}=1`).join()],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x=%0d%0ay'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=1'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://collector'],
    ['OTEL_TRACES_SAMPLER_ARG', '-0.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '0'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '2147483647'],
  ])('refuses %s=%s by name', (name, value) => {
    let fault: unknown;
    try {
      config.read({ [name]: value });
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(ConfigError);
    expect(fault).toMatchObject({ faults: [{ path: name }] });
  });

  it('never shows the headers of exports, which carry keys', () => {
    const settings = config.read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2' });
    expect(JSON.stringify(config.describe(settings))).not.toContain('hunter2');
  });

  it.each<[Readonly<Record<string, string>>, string | undefined]>([
    [{}, undefined],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:1' }, 'http://c:1/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:1/otlp/' }, 'http://c:1/otlp/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:1/x' }, 'http://c:1/x'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:1', OTEL_SDK_DISABLED: 'TRUE' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:1', OTEL_TRACES_EXPORTER: 'none' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_EXPORTER: '' }, undefined],
  ])('with %j sends spans to %s', (env, url) => {
    expect(exportUrl(config.read(env))).toBe(url);
  });
});
