'use strict';

/**
 * A program that knows nothing of Rollcall, but for the port in PORT: what `rollcall run` runs in specs. It tells of
 * itself on standard output. `GET /ill` and `GET /well` decide what `/healthz` answers from then on; `/slow` is answered
 * when `/release` is asked for. With `stubborn` among its arguments it does not end at SIGTERM. With TLS_CERT_FILE it
 * speaks TLS, requires a certificate of the authority in CLIENT_CA_FILE, and tells the serial number of each that it sees.
 */
const { readFileSync } = require('node:fs');
const plain = require('node:http');
const overTls = require('node:https');

const isStubborn = process.argv.includes('stubborn');
const waiting = [];
const isSecure = process.env.TLS_CERT_FILE !== undefined;
let health = 200;

const server = createServer((request, response) => {
  if (isSecure) console.log(`asked by ${request.socket.getPeerCertificate().serialNumber}`);
  switch (request.url) {
    case '/ill':
      health = 500;
      return response.end();
    case '/well':
      health = 200;
      return response.end();
    case '/healthz':
      return response.writeHead(health).end();
    case '/slow':
      console.log('slow begun');
      return waiting.push(response);
    case '/release':
      for (const one of waiting.splice(0)) one.end('slow done');
      return response.end();
    default:
      return response.end(`${process.env.ROLLCALL_SERVICE} ${process.env.ROLLCALL_INSTANCE_ID}`);
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(`listening as ${process.pid}`));

function createServer(answer) {
  const { TLS_CERT_FILE, TLS_KEY_FILE, CLIENT_CA_FILE } = process.env;
  if (!isSecure) return plain.createServer(answer);
  const [cert, key, ca] = [TLS_CERT_FILE, TLS_KEY_FILE, CLIENT_CA_FILE].map((file) => readFileSync(file));
  return overTls.createServer({ cert, key, ca, requestCert: true }, answer);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGQUIT'])
  process.on(signal, () => {
    console.log(`got ${signal}`);
    const ends = signal === 'SIGQUIT' || (signal === 'SIGTERM' && !isStubborn);
    if (ends) server.close(() => process.exit(3)).closeIdleConnections();
  });
