/**
 * `npm start`: installs and builds what is missing, runs every app, and stops them all on Ctrl-C.
 * It and what it imports load Node's own modules only, until everything is installed: a fresh clone has nothing else.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from './launcher/start.js';

// A terminal that was closed takes our output with it, which must not keep us from stopping the apps.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await start(dirname(dirname(fileURLToPath(import.meta.url))));
