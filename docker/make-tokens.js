'use strict';

/**
 * Makes the registry tokens that docker/compose.tokens.yml hands out, each with the least it needs:
 *
 *   node docker/make-tokens.js [folder]          default: docker/tokens
 *
 * The registry's file holds digests, which give nothing away; a service's file holds its token and is for the owner's
 * eyes. Tokens that are there already are kept: for new ones, delete the folder first and `up` the stack afterwards.
 */
const { createHash, randomBytes } = require('node:crypto');
const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const SCOPES = {
  gateway: ['read', 'write:gateway'],
  product: ['write:product'],
  // It finds product by name, too.
  order: ['write:order', 'read'],
  hello: ['write:hello'],
  // For people: curl -H "Authorization: Bearer $REGISTRY_TOKEN" http://localhost:8080/services
  operator: ['read', 'write:*', 'admin'],
};

/** Paths that a service may announce, whatever its token; without an entry it is `/<its name>`. */
const ROUTES = { product: ['/products'], order: ['/orders'] };

const folder = process.argv[2] ?? join(__dirname, 'tokens');
const registryFile = join(folder, 'registry-tokens.json');

if (existsSync(registryFile)) {
  process.stdout.write(`${folder} has tokens already; they are kept.\n`);
} else {
  mkdirSync(folder, { recursive: true });
  const tokens = Object.entries(SCOPES).map(([name, scopes]) => {
    const token = randomBytes(32).toString('base64url');
    writeFileSync(join(folder, `${name}.env`), `REGISTRY_TOKEN=${token}\n`, { mode: 0o600 });
    return { name, sha256: createHash('sha256').update(token).digest('hex'), scopes };
  });
  // Last: while it is missing, nothing counts as made. Readable for the registry, which runs as another user.
  writeFileSync(registryFile, `${JSON.stringify({ tokens, routes: ROUTES }, null, 2)}\n`, { mode: 0o644 });
  process.stdout.write(`Tokens of ${Object.keys(SCOPES).join(', ')} are in ${folder}.\n`);
}
