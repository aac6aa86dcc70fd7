'use strict';

// Stands in for an app: ready at /readyz, stops on SIGTERM, and tells its parent what happens to it.
// APP_KIND: `obedient`; `stubborn` ignores SIGTERM; `broken` ends at once; `parent` starts a process of its own.
const { createServer } = require('node:http');
const { spawn } = require('node:child_process');

const kind = process.env['APP_KIND'];
if (kind === 'broken') process.exit(3);
if (kind === 'parent') {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  console.log(`grandchild ${child.pid}`);
}

const server = createServer((_, response) => response.end('ok'));
server.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('listening'));
process.on('SIGTERM', () => {
  console.log('asked to stop');
  if (kind !== 'stubborn') process.exit(0);
});
