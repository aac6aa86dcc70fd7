'use strict';

/**
 * The image's health check: exit code 0 while the app in this container is ready.
 *
 * An app that drains, or whose database is away, counts as unhealthy. Docker restarts nothing for that, and whoever
 * `depends_on` it being healthy waits. `fetch` would read nicer, and cost three times the processor time: this is a
 * new process every few seconds in every container.
 */
const { readFileSync } = require('node:fs');

const { PORT: port, TLS_CERT_FILE, CLIENT_CA_FILE, REGISTRY_CERT_FILE, REGISTRY_KEY_FILE } = process.env;
const { get } = TLS_CERT_FILE ? require('node:https') : require('node:http');

// Its certificate is for the name that others call it by; this asks the process next door.
const options = { host: '127.0.0.1', port, path: '/readyz', timeout: 2500, rejectUnauthorized: false };
// Where callers have to show a certificate, it is the one that this container shows to registries.
const shown =
  CLIENT_CA_FILE && REGISTRY_CERT_FILE && REGISTRY_KEY_FILE
    ? { cert: readFileSync(REGISTRY_CERT_FILE), key: readFileSync(REGISTRY_KEY_FILE) }
    : {};

get({ ...options, ...shown }, ({ statusCode }) => {
  if (statusCode === 200) process.exit(0);
  fail(`/readyz on port ${port} answered ${statusCode}`);
})
  .on('timeout', () => fail(`/readyz on port ${port} did not answer in time`))
  .on('error', (error) => fail(error.message));

/** What is written here shows in `docker inspect`. */
function fail(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
