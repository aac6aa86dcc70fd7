import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, eventually } from '@rollcall/testing';

const workspace = join(__dirname, '../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-observe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** On a machine that has no other programs than those in the folder. */
function observe(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(workspace, 'tools/observe.mjs'), ...args],
    { env: { PATH: folder, DATA_DIR: join(folder, 'data'), ...env }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

/** A program that writes down what it was asked, and fails for what it does not know. */
function program(name: string, fails = 'nothing'): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${folder}/asked\n[ "$1" != ${fails} ]\n`);
  chmodSync(file, 0o755);
}
const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n');

describe('npm run observe', () => {
  it('starts the compose files, with whichever compose there is, and says what is where', () => {
    program('docker', 'compose');
    program('docker-compose');
    const { status, stdout } = observe([], { GRAFANA_PORT: '3333' });
    expect(status).toBe(0);
    expect(asked().at(-1)).toBe(
      'docker-compose -f docker-compose.yml -f docker/compose.observability.yml up --build -d',
    );
    expect(stdout).toContain('http://localhost:3333');
    expect(stdout).toContain('http://localhost:9091');
    expect(stdout).toContain('docker-compose.yml -f docker/compose.observability.yml down');
  });

  it('prefers the newer compose', () => {
    program('docker');
    expect(observe().status).toBe(0);
    expect(asked().at(-1)).toBe(
      'docker compose -f docker-compose.yml -f docker/compose.observability.yml up --build -d',
    );
  });

  it('says what helps where there is no engine', () => {
    expect(observe()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('npm run observe -- local'),
    });
  });

  it('runs the installed Prometheus over the registry of npm start', () => {
    program('prometheus');
    const { status, stdout } = observe(['local'], { REGISTRY_PORT: '18080', PROMETHEUS_PORT: '19091' });
    expect(status).toBe(0);
    expect(stdout).toContain('http://127.0.0.1:19091');
    const config = readFileSync(join(folder, 'data/prometheus/prometheus.yml'), 'utf8');
    expect(config).toContain("targets: ['127.0.0.1:18080']");
    expect(config).toContain('url: http://127.0.0.1:18080/sd/prometheus');
    expect(asked()[0]).toContain(`--config.file=${join(folder, 'data/prometheus/prometheus.yml')}`);
    expect(asked()[0]).toContain('--web.listen-address=127.0.0.1:19091');
  });

  it('says what to install where there is no Prometheus', () => {
    expect(observe(['local'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('apt-get install prometheus'),
    });
  });

  it('shows the spans that it is sent as a tree, and refuses anything else', async () => {
    const child = spawn(process.execPath, [join(workspace, 'tools/observe.mjs'), 'traces'], {
      env: { OTLP_PORT: String(await closedPort()) },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const url = await eventually(() => /ENDPOINT=(\S+)/.exec(output)?.[1]);
    const send = async (body: string, type = 'application/json') =>
      (await fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': type }, body })).status;
    const sent = (service: string, ...spans: object[]) =>
      JSON.stringify({
        resourceSpans: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
            scopeSpans: [{ spans }],
          },
        ],
      });
    const span = (spanId: string, parentSpanId: string, more = {}) => ({
      traceId: 'abc',
      spanId,
      parentSpanId,
      name: 'GET /products',
      kind: 2,
      startTimeUnixNano: '1000000',
      endTimeUnixNano: '3500000',
      ...more,
    });

    // The child comes before its parent, from another process.
    expect(await send(sent('product', span('3', '2')))).toBe(200);
    const failed = { kind: 3, name: 'GET\n\u001b[31m', status: { code: 2 } };
    expect(await send(sent('gateway', span('1', ''), span('2', '1', failed)))).toBe(200);
    for (const body of ['{', '[]x', sent('x', {}), sent('x', span('1', '', { startTimeUnixNano: 'soon' }))])
      expect(await send(body)).toBe(400);
    expect(await send('', 'application/x-protobuf')).toBe(400);
    // Each is its own parent's parent: nothing to begin with, and no end.
    expect(
      await send(sent('odd', span('8', '9', { traceId: 'def' }), span('9', '8', { traceId: 'def' }))),
    ).toBe(200);

    await eventually(() => output.includes('trace abc') && output.includes('trace def'));
    expect(output).toContain(
      [
        'trace abc',
        '  gateway  SERVER  GET /products  2.5 ms',
        '    gateway  CLIENT  GET??[31m  2.5 ms  ERROR',
        '      product  SERVER  GET /products  2.5 ms',
      ].join('\n'),
    );
    expect(output.match(/odd {2}SERVER/g)).toHaveLength(2);
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(child.exitCode).toBe(0);
  });

  it.each(['local', 'traces'])('%s ends with the shell in which npm runs it', async (mode) => {
    writeFileSync(join(folder, 'prometheus'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    const shell = spawn('sh', ['-c', `"$NODE" tools/observe.mjs ${mode}; exit $?`], {
      cwd: workspace,
      env: {
        NODE: process.execPath,
        PATH: `${folder}:${process.env['PATH']}`,
        DATA_DIR: join(folder, 'data'),
        OTLP_PORT: '0',
        npm_lifecycle_event: 'observe',
      },
    });
    let output = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await eventually(() => /Ctrl-C ends it|Traces are shown here/.test(output));
    // Its output is open as long as anybody has it: the shell, ours, or Prometheus.
    const closed = once(shell, 'close');
    shell.kill('SIGTERM');
    await closed;
  });

  it('takes no other word', () => {
    expect(observe(['lokal'])).toMatchObject({ status: 1, stderr: expect.stringContaining('lokal') });
  });
});
