import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseDocument } from 'yaml';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { EXIT } from '../exit-codes';
import { profilePath, readProfiles, readPrivately } from '../profiles';
import type { Session } from '../session';

export const addConfig: AddCommand = (program, act) => {
  const config = program
    .command('config')
    .summary('settings in force, and profiles')
    .description('Shows the settings in force, where each comes from, and the profiles there are.')
    .action(act(showConfig));
  config
    .command('use')
    .summary('choose a profile')
    .description('Makes a profile the one in use where neither --profile nor ROLLCALL_PROFILE names another.')
    .argument('<profile>')
    .action(act(useProfile));
};

async function showConfig({ settings, env, out }: Session): Promise<void> {
  const { file, profiles } = readProfiles(profilePath(env));
  const { sources } = settings;
  const rows = [
    ['registry_url', settings.registryUrls.join(', '), sources.registry_url],
    ['registry_token', settings.registryToken === undefined ? '-' : '***', sources.registry_token],
    ['ca_file', settings.tlsFiles.caFile ?? '-', sources.ca_file],
    ['cert_file', settings.tlsFiles.certFile ?? '-', sources.cert_file],
    ['key_file', settings.tlsFiles.keyFile ?? '-', sources.key_file],
    ['gateway_admin_url', settings.gatewayAdminUrls.join(', '), sources.gateway_admin_url],
    ['admin_token', settings.adminToken === undefined ? '-' : '***', sources.admin_token],
    [
      'read_only',
      String(settings.readOnly),
      settings.profile === undefined ? 'default' : `profile ${settings.profile}`,
    ],
  ] as const;
  const names = Object.keys(profiles);
  out.show({
    data: {
      file,
      profile: settings.profile ?? null,
      profiles: names,
      settings: Object.fromEntries(rows.map(([name, value, source]) => [name, { value, source }])),
    },
    names,
    table: () => [
      { columns: [{ title: 'SETTING' }, { title: 'VALUE' }, { title: 'FROM' }], rows },
      '',
      names.length === 0
        ? `no profile in ${file}`
        : `profiles in ${file}: ${names.map((name) => (name === settings.profile ? `${name} (in use)` : name)).join(', ')}`,
    ],
  });
}

async function useProfile({ env, out }: Session, name: string): Promise<void> {
  const { file, profiles } = readProfiles(profilePath(env));
  if (!Object.hasOwn(profiles, name))
    throw new CliFault(
      EXIT.notFound,
      `there is no profile ${name} in ${file}`,
      `its profiles are: ${Object.keys(profiles).join(', ') || '(none)'}`,
    );
  // What stands there otherwise stays, comments too.
  const document = parseDocument(readPrivately(file) ?? '');
  document.set('current', name);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, document.toString(), { mode: 0o600 });
  out.hint(`${name} is in use`);
}
