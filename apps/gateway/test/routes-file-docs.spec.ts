import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createJsonSchemaCheck } from '@rollcall/testing';
import { parse } from 'yaml';
import { parseRoutesFile } from '../src/routes-file/parse-routes-file';
import { routesFileJsonSchema } from '../src/routes-file/routes-file-json-schema';

const ROOT = resolve(__dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const published: unknown = JSON.parse(read('docs/routes-file.schema.json'));
const guide = read('docs/routes-file.md');
const examples = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

const faultsOfGateway = (text: string) => {
  const parsed = parseRoutesFile(text, {
    defaults: {
      picker: 'round_robin',
      headersTimeoutMs: 30_000,
      idleTimeoutMs: 1,
      maxAttempts: 1,
      attemptTimeoutMs: Infinity,
    },
    file: 'routes.yaml',
    readBeside: (file) => ({
      file,
      text: JSON.stringify({ api_keys: [{ name: 'ci', sha256: 'ab'.repeat(32) }] }),
    }),
  });
  return 'faults' in parsed ? parsed.faults : [];
};
const faultsOfSchema = createJsonSchemaCheck(routesFileJsonSchema());

/** Every key that a schema has a word for, at any depth. */
function keysOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(keysOf);
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    key === 'properties' && value !== null && typeof value === 'object'
      ? [...Object.keys(value), ...Object.values(value).flatMap(keysOf)]
      : keysOf(value),
  );
}

describe('what is said of the routes file', () => {
  it('publishes the schema that files are validated by; else: npm run docs:routes-file', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(routesFileJsonSchema())));
  });

  it('explains every key', () => {
    const missing = [...new Set(keysOf(published))].filter((key) => !guide.includes(`\`${key}\``));
    expect(missing).toEqual([]);
  });

  it('has examples', () => expect(examples.length).toBeGreaterThan(2));

  it.each([...examples, read('docker/routes/routes.yaml')])('is right in the example %#', (text) => {
    expect(faultsOfGateway(text)).toEqual([]);
    expect(faultsOfSchema(parse(text))).toEqual([]);
  });

  it.each([
    'routes: [ { path_prefix: /a } ]',
    'routes: [ { path_prefix: a, service: b } ]',
    'routes: [ { path_prefix: /a, service: b, picker: fastest } ]',
    'routes: [ { path_prefix: /a, service: b, cors: {} } ]',
    'routes: [ { path_prefix: /a, service: b, cors: on } ]',
    'routes: [ { path_prefix: /a, service: b, body_limit_bytes: -1 } ]',
    'routes: [ { path_prefix: /a, service: b, rate_limit: { requests: 1, by: moon } } ]',
    'routes: [ { path_prefix: /a, service: b, api_key: { names: [] } } ]',
    'routes: [ { path_prefix: /a, service: b, request_headers: { replace: { A: b } } } ]',
    'defaults: { rewrites: off }\nroutes: []',
    'api_keys: [ { name: a, sha256: abc } ]\nroutes: []',
  ])('is refused by editors as by the gateway: %s', (rest) => {
    const text = `version: 1\n${rest}\n`;
    expect(faultsOfGateway(text)).not.toEqual([]);
    expect(faultsOfSchema(parse(text))).not.toEqual([]);
  });

  it('leads editors from the file of the containers to the schema', () => {
    const [, hinted = ''] = /\$schema=(\S+)/.exec(read('docker/routes/routes.yaml')) ?? [];
    const file = resolve(ROOT, dirname('docker/routes/routes.yaml'), hinted);
    expect(relative(ROOT, file)).toBe(join('docs', 'routes-file.schema.json'));
  });
});
