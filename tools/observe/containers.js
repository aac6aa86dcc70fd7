'use strict';

const { run } = require('../workspace/run');

/** @typedef {{ root: string, env: NodeJS.ProcessEnv, say: (line: string) => void }} ObserveOptions */

const FILES = ['-f', 'docker-compose.yml', '-f', 'docker/compose.observability.yml'];

/**
 * Starts the compose files, and says what is where.
 *
 * @param {ObserveOptions} options
 * @returns {Promise<number>} exit code
 * @throws when there is no engine or no compose, or they could not start everything
 */
async function observeContainers({ root, env, say }) {
  const compose = await composeCommand(root, env);
  const [command, ...args] = [...compose, ...FILES];
  await run(/** @type {string} */ (command), [...args, 'up', '--build', '-d'], { cwd: root, env });
  for (const line of whatIsWhere(env)) say(line);
  say(`\nTo end it: ${[...compose, ...FILES, 'down'].join(' ')}`);
  return 0;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {readonly string[]}
 */
function whatIsWhere(env) {
  /** @param {string} variable @param {number} usual */
  const at = (variable, usual) => `http://localhost:${env[variable] || usual}`;
  const prometheus = at('PROMETHEUS_PORT', 9091);
  const places = [
    ['the way in', at('GATEWAY_PORT', 8000), '/products, /orders, /hello'],
    ['the registry', at('REGISTRY_PORT', 8080), '/sd/prometheus is what Prometheus is told'],
    ['Prometheus', prometheus, '/targets, /alerts, /graph'],
    ['Grafana', at('GRAFANA_PORT', 3000), 'the dashboard Rollcall; admin changes it'],
    ['traces', at('JAEGER_PORT', 16686), 'Jaeger; with Tempo they are in Grafana'],
  ];
  return [
    '',
    ...places.map(([name = '', url = '', what = '']) => `${name.padEnd(14)}${url.padEnd(26)}${what}`),
  ];
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<readonly string[]>}
 */
async function composeCommand(root, env) {
  /** @param {string} command @param {readonly string[]} args */
  const works = (command, ...args) =>
    run(command, args, { cwd: root, env, onLine: () => undefined }).then(
      () => true,
      () => false,
    );
  if (await works('docker', 'info')) {
    if (await works('docker', 'compose', 'version')) return ['docker', 'compose'];
    if (await works('docker-compose', 'version')) return ['docker-compose'];
  }
  throw new Error(
    'There is no Docker engine with compose here. Without one: npm start, and in another terminal npm run observe -- local, ' +
      'which needs the program prometheus (Debian: apt-get install prometheus).',
  );
}

module.exports = { observeContainers };
