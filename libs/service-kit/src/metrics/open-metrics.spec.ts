import { Counter, Gauge, Registry } from 'prom-client';
import { createHttpApp } from '../http/create-http-app';
import { createHttpServer } from '../lifecycle/http-server';
import { createHealth } from '../health/health';
import { createLogger } from '../logging/logger';
import { createMetrics } from './metrics';
import { openMetricsText } from './open-metrics';

const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
/** What Prometheus 2.42 asks with. */
const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

describe('metrics as OpenMetrics', () => {
  it('name a family of counters without the suffix of its samples, escape text, and end', async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ service: 'spec' });
    const registers = [registry];
    new Counter({ name: 'calls_total', help: 'Calls, "all"\nof them.', labelNames: ['of'], registers }).inc(
      { of: 'a "b"\n\\' },
      2,
    );
    new Gauge({ name: 'odd', help: 'Odd.', registers }).set(Infinity);
    const text = await openMetricsText(registry);
    expect(text.split('\n')).toEqual([
      '# HELP calls Calls, \\"all\\"\\nof them.',
      '# TYPE calls counter',
      'calls_total{of="a \\"b\\"\\n\\\\",service="spec"} 2',
      '# HELP odd Odd.',
      '# TYPE odd gauge',
      'odd{service="spec"} +Inf',
      '# EOF',
      '',
    ]);
    expect(await registry.metrics()).toContain('# TYPE calls_total counter');
  });

  it('point from the bucket of a request to its trace, where that is recorded', async () => {
    const { observeRequest, registry } = createMetrics({ service: 'spec', processMetrics: false });
    observeRequest({ method: 'GET', route: '/a', status: 200, seconds: 0.02, recorded: TRACE });
    observeRequest({ method: 'GET', route: '/a', status: 200, seconds: 3 });
    const exemplified = (await openMetricsText(registry)).split('\n').filter((line) => line.includes(' # '));
    const [line = ''] = exemplified;
    expect(exemplified).toHaveLength(1);
    expect(line).toContain('le="0.025"');
    const exemplar =
      / 1 # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} 0\.02 \d+\.\d+$/;
    expect(line).toMatch(exemplar);
    expect(await registry.metrics()).not.toContain('trace_id');
  });

  it.each([
    ['Prometheus', PROMETHEUS, /^application\/openmetrics-text; version=1\.0\.0/],
    ['who takes anything', '*/*', /^text\/plain; version=0\.0\.4/],
    ['who says nothing', undefined, /^text\/plain; version=0\.0\.4/],
    ['a browser', 'text/html,*/*;q=0.8', /^text\/plain; version=0\.0\.4/],
    ['who knows the older one alone', 'text/plain', /^text\/plain; version=0\.0\.4/],
    ['who asks for what there is not', 'application/vnd.google.protobuf', /^text\/plain; version=0\.0\.4/],
  ])('are what %s gets, or the older format', async (_, accept, contentType) => {
    const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
    const server = createHttpServer({
      handler: createHttpApp({
        logger,
        metrics: createMetrics({ service: 'spec', processMetrics: false }),
        health: createHealth(),
        identity: () => undefined,
        mount: () => undefined,
      }),
      host: '127.0.0.1',
      port: 0,
    });
    const { port } = await server.start();
    const answer = await fetch(
      `http://127.0.0.1:${port}/metrics`,
      accept === undefined ? {} : { headers: { accept } },
    );
    expect(answer.headers.get('content-type')).toMatch(contentType);
    expect((await answer.text()).endsWith('# EOF\n')).toBe(contentType.source.includes('openmetrics'));
    await server.stop();
  });
});
