'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * One nginx in the foreground with one worker, which keeps everything it writes inside the run's folder.
 *
 * @param {string} folder
 * @param {string} name
 * @param {string} http what goes into the http block
 * @returns {string[]}
 */
function nginxArguments(folder, name, http) {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const file = join(home, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${home}/nginx.pid;
error_log stderr warn;
worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http {
  access_log off;
  sendfile on;
  open_file_cache max=100;
  # The default of 1,000 would make a benchmark reconnect dozens of times a second.
  keepalive_requests 1000000000;
  keepalive_timeout 75s;
${temporary.map((kind) => `  ${kind}_temp_path ${home}/${kind};`).join('\n')}
${http}
}
`,
  );
  return ['-p', home, '-e', 'stderr', '-c', file];
}

module.exports = { nginxArguments };
