'use strict';

/** Stands in for nginx as the upstream: `node node-upstream.js <port> <folder of files>`. */
const { readdirSync, readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const { PREFIX, SMALL_BODY } = require('./cases');

const [, , port, folder = '.'] = process.argv;
const bodies = new Map(
  readdirSync(folder).map((name) => [`${PREFIX}/files/${name}`, readFileSync(join(folder, name))]),
);
const small = Buffer.from(SMALL_BODY);

const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  request.resume();
  const body = bodies.get(request.url ?? '') ?? small;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(Number(port), '127.0.0.1');
