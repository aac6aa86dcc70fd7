import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

  it('takes no other word', () => {
    expect(observe(['lokal'])).toMatchObject({ status: 1, stderr: expect.stringContaining('lokal') });
  });
});
