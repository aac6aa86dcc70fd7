import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_CLIENT_ERROR } from '../src';

const project = join(__dirname, '..');
const text = (path: string) => readFileSync(join(project, path), 'utf8');
const readme = text('README.md');

const events = [
  'src/registrar/registrar-report.ts',
  'src/resolver/resolver-event.ts',
  'src/registry/authority.ts',
].flatMap((file) => found(text(file), /readonly type: '(\w+)'/g));
const options = [
  ['RegistrarOptions', 'src/registrar/registrar.ts'],
  ['MembershipOptions', 'src/registrar/membership-plan.ts'],
  ['RegisterServerOptions', 'src/server/register-server.ts'],
  ['ResolverOptions', 'src/resolver/resolver-options.ts'],
  ['ServiceClientOptions', 'src/service-client/service-client-options.ts'],
].flatMap(([name = '', file = '']) => {
  const [, body = ''] =
    new RegExp(`export interface ${name}[^{]* \\{\n(.*?)\n\\}`, 's').exec(text(file)) ?? [];
  return found(body, /^ {2}readonly (\w+)\??:/gm);
});

function found(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].flatMap(([, name]) => name ?? []);
}

/** It is all that a stranger has: what it does not name is not there. */
describe('README.md', () => {
  test('is compared with options and events that were found', () => {
    expect(options).toEqual(expect.arrayContaining(['registration', 'silenceLimitMs', 'bulkhead']));
    expect(events).toEqual(expect.arrayContaining(['registered', 'stopped', 'synced']));
  });

  test.each([...new Set(options)])('has the option %s', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });

  test.each([...new Set(events)])('has the event %s', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });

  test.each(Object.entries(SERVICE_CLIENT_ERROR))('has the error %s', (name, code) => {
    expect(readme).toContain(`| \`${name}\` | \`${code}\` |`);
  });
});
