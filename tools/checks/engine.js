'use strict';

const { existsSync } = require('node:fs');
const { resolve } = require('node:path');
const { run } = require('../workspace/run');

/** What docker/service.Dockerfile and docker-compose.yml start from. */
const BASE_IMAGES = ['node:24-bookworm-slim', 'postgres:18-bookworm'];

/**
 * Sees to it that containers can be built and started here. Where something is missing it runs the script that
 * ENGINE_UP names, for machines that have no engine or can pull no images; run again, such a script does no harm.
 *
 * @param {{ root: string, env: NodeJS.ProcessEnv, say: (line: string) => void }} options
 * @throws when there is no engine or no compose, naming what is missing and what would help
 */
async function ensureEngine({ root, env, say }) {
  /**
   * @param {string} command
   * @param {readonly string[]} args
   */
  const succeeds = (command, ...args) =>
    run(command, args, { cwd: root, env, onLine: () => undefined }).then(
      () => true,
      () => false,
    );

  const missing = await whatIsMissing(succeeds);
  if (missing.length === 0) return;

  const script = resolve(root, env['ENGINE_UP'] || '../shared/docker/engine-up');
  if (existsSync(script)) {
    say(`Running ${script}, because this is missing here: ${missing.join(', ')} …`);
    await run(script, [], { cwd: root, env });
    const still = await whatIsMissing(succeeds);
    if (still.length > 0)
      throw new Error(`${script} ended well, but this is still missing: ${still.join(', ')}.`);
    return;
  }
  // The engine pulls an image that is not here yet.
  const indispensable = missing.filter((thing) => !BASE_IMAGES.includes(thing));
  if (indispensable.length === 0) return;
  throw new Error(
    `Containers cannot be tested here. Missing: ${indispensable.join(', ')}. Start a Docker engine, or name a script ` +
      `that brings one up in ENGINE_UP (${script} does not exist).`,
  );
}

/**
 * @param {(command: string, ...args: string[]) => Promise<boolean>} succeeds
 * @returns {Promise<string[]>}
 */
async function whatIsMissing(succeeds) {
  const missing = [];
  if (!(await succeeds('docker', 'info'))) missing.push('a Docker engine that answers');
  if (!(await succeeds('docker-compose', 'version')) && !(await succeeds('docker', 'compose', 'version')))
    missing.push('docker-compose');
  for (const image of BASE_IMAGES)
    if (!(await succeeds('docker', 'image', 'inspect', image))) missing.push(image);
  return missing;
}

module.exports = { ensureEngine };
