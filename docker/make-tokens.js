'use strict';

/**
 * Makes the registry tokens that docker/compose.tokens.yml hands out, each with the least it needs:
 *
 *   node docker/make-tokens.js [folder]            makes those that are missing; default: docker/tokens
 *   node docker/make-tokens.js --rotate [folder]   makes all anew; the registry takes those of before too
 *   node docker/make-tokens.js --retire [folder]   the registry takes those of before no more
 *
 * The registry follows its file within seconds. A service reads its token at its start: restart it between the two.
 * The registry's file holds digests, which give nothing away.
 */
const { createHash, randomBytes } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { makePrivateFolder } = require('./private-folder');

const SCOPES = {
  gateway: ['read', 'write:gateway'],
  product: ['write:product'],
  // It finds product by name, too.
  order: ['write:order', 'read'],
  hello: ['write:hello'],
  // For people.
  operator: ['read', 'write:*', 'admin'],
};

/** Paths that a service may announce, whatever its token; without an entry it is `/<its name>`. */
const ROUTES = { product: ['/products'], order: ['/orders'] };

const { values, positionals } = parseArgs({
  options: { rotate: { type: 'boolean' }, retire: { type: 'boolean' } },
  allowPositionals: true,
});
const folder = positionals[0] ?? join(__dirname, 'tokens');
const registryFile = join(folder, 'registry', 'tokens.json');
const tokenFile = (name) => join(folder, name, 'token');

try {
  makePrivateFolder(folder, 'registry');
  const made = Object.keys(SCOPES).filter((name) => values.rotate || !existsSync(tokenFile(name)));
  // The registry knows a token before its bearer does.
  const tokens = new Map(made.map((name) => [name, randomBytes(32).toString('base64url')]));
  const present = Object.keys(SCOPES).map((name) => entryOf(name, tokens.get(name) ?? readToken(name)));
  writeRegistryFile([...present, ...(values.retire ? [] : entriesBefore(present))]);
  for (const [name, token] of tokens) write(tokenFile(name), `${token}\n`);
  process.stdout.write(`${summary(made)} All are in ${folder}.\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function entryOf(name, token) {
  return { name, sha256: createHash('sha256').update(token).digest('hex'), scopes: SCOPES[name] };
}

function readToken(name) {
  return readFileSync(tokenFile(name), 'utf8').trim();
}

/** What the registry takes already, with the scopes of today: the two tokens of one bearer may not differ in those. */
function entriesBefore(present) {
  if (!existsSync(registryFile)) return [];
  const known = new Set(present.map(({ sha256 }) => sha256));
  return JSON.parse(readFileSync(registryFile, 'utf8'))
    .tokens.filter(({ sha256 }) => !known.has(sha256))
    .map((entry) => ({ ...entry, scopes: SCOPES[entry.name] ?? entry.scopes }));
}

function writeRegistryFile(tokens) {
  write(registryFile, `${JSON.stringify({ tokens, routes: ROUTES }, null, 2)}\n`);
}

/** Whole, or not at all. */
function write(file, text) {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(`${file}.new`, text, { mode: 0o644 });
  renameSync(`${file}.new`, file);
}

function summary(made) {
  if (values.retire) return 'The registry takes no other tokens than the present ones.';
  if (made.length === 0) return 'There are tokens already; they are kept.';
  return `Made tokens for ${made.join(', ')}.`;
}
