/**
 * `npm run observe`: Rollcall in containers with Prometheus, Grafana and a backend for traces.
 * `npm run observe -- local`: the installed Prometheus over what `npm start` runs on this machine.
 * `npm run observe -- traces`: shows the spans that it is sent.
 * It and what it imports load Node's own modules only.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { observeContainers } from './observe/containers.js';
import { observeLocally } from './observe/local.js';
import { observeTraces } from './observe/traces.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [mode = 'containers', ...rest] = process.argv.slice(2);
const observe = { containers: observeContainers, local: observeLocally, traces: observeTraces }[mode];

try {
  if (observe === undefined || rest.length > 0)
    throw new Error(
      `Unknown: ${process.argv.slice(2).join(' ')}. Say nothing for containers, or: npm run observe -- local (or traces)`,
    );
  process.exitCode = await observe({
    root,
    env: process.env,
    say: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
