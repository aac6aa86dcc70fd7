'use strict';

const { spawn } = require('node:child_process');
const { copyFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { listenForInterruption } = require('../launcher/interruption');

/**
 * Runs the installed Prometheus, with the configuration of deploy/observability, over the registry of `npm start`. Ctrl-C
 * ends it; what it has gathered stays under `DATA_DIR`.
 *
 * @param {import('./containers').ObserveOptions} options
 * @returns {Promise<number>} exit code
 * @throws when Prometheus is not installed
 */
async function observeLocally({ root, env, say }) {
  const registry = `127.0.0.1:${env['REGISTRY_PORT'] || 8080}`;
  const listen = `127.0.0.1:${env['PROMETHEUS_PORT'] || 9091}`;
  const dataDir = env['DATA_DIR'] === 'off' ? '.data' : env['DATA_DIR'] || '.data';
  const folder = resolve(root, dataDir, 'prometheus');
  writeConfiguration(join(root, 'deploy/observability/prometheus'), folder, registry);

  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--scrape.discovery-reload-interval=1s',
      `--web.listen-address=${listen}`,
      '--log.level=warn',
    ],
    { cwd: root, env, stdio: 'inherit' },
  );
  child.once('spawn', () => {
    say(`Prometheus is at http://${listen} and asks the registry at http://${registry} who is there.`);
    say(
      '/targets: who it has found (half a minute after the registry)   /alerts: what it would wake somebody for   /graph',
    );
    say('Ctrl-C ends it.');
  });
  const { happened } = listenForInterruption({ onImpatience: () => child.kill('SIGKILL') });
  void happened.then(() => child.kill('SIGTERM'));
  return new Promise((resolveExit, reject) => {
    child.once('error', (cause) =>
      reject(new Error('prometheus cannot be started. Debian: apt-get install prometheus', { cause })),
    );
    child.once('close', (code) => resolveExit(code ?? 0));
  });
}

/**
 * @param {string} from
 * @param {string} to
 * @param {string} registry `host:port`
 */
function writeConfiguration(from, to, registry) {
  mkdirSync(to, { recursive: true });
  const deployed = readFileSync(join(from, 'prometheus.yml'), 'utf8');
  writeFileSync(join(to, 'prometheus.yml'), deployed.replaceAll('registry:8080', registry));
  copyFileSync(join(from, 'alerts.yml'), join(to, 'alerts.yml'));
}

module.exports = { observeLocally };
