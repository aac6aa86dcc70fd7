import {
  closedPort,
  eventually,
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceiverManner,
} from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { request } from '../src/expect-answer';
import { eventsOf, spanCount } from '../src/traces';

/** Spans that may wait; more requests than that are made. */
const QUEUE = 20;
const REQUESTS = 100;

describe('a collector of spans', () => {
  let receiver: OtlpReceiver;
  let hello: AppProcess | undefined;
  beforeEach(async () => void (receiver = await startOtlpReceiver()));
  afterEach(async () => {
    await hello?.end('SIGKILL');
    await receiver.close();
  });

  async function start(more: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    hello = startApp({
      app: 'hello',
      port: await freePort(),
      env: {
        REGISTRY_URL: `http://127.0.0.1:${await closedPort()}`,
        DRAIN_LINGER_MS: '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_BSP_SCHEDULE_DELAY: '20',
        OTEL_BSP_MAX_QUEUE_SIZE: String(QUEUE),
        OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
        ...more,
      },
    });
    await hello.ready();
    return hello;
  }
  async function ask(app: AppProcess, times: number): Promise<void> {
    for (let each = 0; each < times; each += 1) expect((await request(`${app.url}/hello`)).status).toBe(200);
  }
  it.each<ReceiverManner>([
    { kind: 'refuse' },
    { kind: 'hang' },
    { kind: 'drip' },
    { kind: 'answer', status: 500 },
  ])('that from the start does this costs spans and no request: $kind', async (manner) => {
    await receiver.behave(manner);
    const app = await start({ NODE_ENV: 'production', OTEL_TRACES_SAMPLER: 'always_on' });
    await ask(app, REQUESTS);
    // What is answered, be it with 500, is over: of that nothing is left to be lost at the end.
    if (manner.kind === 'answer')
      await eventually(
        async () =>
          (await spanCount(app, 'export_failed')) + (await spanCount(app, 'queue_full')) === REQUESTS,
      );
    else await eventually(async () => (await spanCount(app, 'queue_full')) === REQUESTS - QUEUE);
    expect(await spanCount(app, 'exported')).toBe(0);

    // An export may take ten minutes, and does not hold up the end.
    expect(await app.end('SIGTERM')).toBe(0);
    expect(eventsOf(app, 'tracing_stopped')).toMatchObject([{ lost: manner.kind === 'answer' ? 0 : QUEUE }]);
    expect(eventsOf(app, 'stopped')).toHaveLength(1);
  });

  it('that goes away in the middle and comes back gets what is recorded then', async () => {
    const app = await start({ OTEL_EXPORTER_OTLP_TIMEOUT: '2000' });
    await ask(app, 3);
    await eventually(() => receiver.spans.length === 3);

    await receiver.behave({ kind: 'refuse' });
    await ask(app, 3);
    await eventually(async () => (await spanCount(app, 'export_failed')) === 3, { timeoutMs: 30_000 });

    await receiver.behave({ kind: 'take' });
    await ask(app, 3);
    await eventually(() => receiver.spans.length === 6);
    expect(app.output()).toMatch('did not take');
    await eventually(() => app.output().includes('takes spans again'));
  });

  it('gets what waits when a process is stopped', async () => {
    const app = await start({
      OTEL_BSP_SCHEDULE_DELAY: '1000000',
      NODE_ENV: 'production',
      OTEL_TRACES_SAMPLER: 'always_on',
    });
    await ask(app, 5);
    expect(receiver.spans).toEqual([]);
    expect(await app.end('SIGTERM')).toBe(0);
    // None was left when the second was over that this may take.
    expect(eventsOf(app, 'tracing_stopped')).toMatchObject([{ lost: 0 }]);
    expect(receiver.spans.map(({ name }) => name)).toEqual(Array.from({ length: 5 }, () => 'GET /hello'));
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['OTEL_SDK_DISABLED', 'perhaps'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'no pairs'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x=%0d%0a'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon'],
  ])('is not looked for with %s=%s: the start ends with 2', async (name, value) => {
    hello = startApp({ app: 'hello', port: 0, env: { [name]: value } });
    expect(await hello.exited).toBe(2);
    expect(hello.output()).toMatch(name);
  });

  it.each([
    ['nothing', {}],
    ['the SDK off', { OTEL_SDK_DISABLED: 'true' }],
    ['no exporter', { OTEL_TRACES_EXPORTER: 'none' }],
  ])('is left alone with %s set', async (_what, more) => {
    const app = await start({
      ...more,
      ...(Object.keys(more).length === 0 && { OTEL_EXPORTER_OTLP_ENDPOINT: '' }),
    });
    await ask(app, 3);
    expect((await request(`${app.url}/metrics`)).text).not.toMatch('rollcall_spans_total');
    expect(app.output()).not.toMatch('spans go to');
  });
});
