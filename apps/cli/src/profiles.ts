import { statSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isNativeError } from 'node:util/types';
import { readDocument, whyUnreadable } from '@rollcall/service-kit';
import Joi from 'joi';
import { parseDocument } from 'yaml';
import { CliFault } from './cli-fault';
import { EXIT } from './exit-codes';

/** Settings under a name, as a person keeps them in the file of profiles. */
export interface Profile {
  readonly registry_url?: string;
  readonly token?: string;
  readonly token_file?: string;
  readonly ca_file?: string;
  readonly cert_file?: string;
  readonly key_file?: string;
  readonly gateway_admin_url?: string;
  readonly admin_token?: string;
  readonly admin_token_file?: string;
  /** Commands that change something are refused. */
  readonly read_only?: boolean;
}

export interface ProfileFile {
  readonly file: string;
  /** The profile in use where none is named. */
  readonly current: string | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const text = Joi.string();

const profileSchema = Joi.object<Profile>({
  registry_url: text,
  token: text,
  token_file: text,
  ca_file: text,
  cert_file: text,
  key_file: text,
  gateway_admin_url: text,
  admin_token: text,
  admin_token_file: text,
  read_only: Joi.boolean(),
})
  .oxor('token', 'token_file')
  .oxor('admin_token', 'admin_token_file');

const schema = Joi.object<Pick<ProfileFile, 'current' | 'profiles'>>({
  current: text,
  profiles: Joi.object().pattern(text, profileSchema).default({}),
});

/** `~/.config/rollcall/config.yaml`, or where the XDG base directories say. */
export function profilePath(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'rollcall', 'config.yaml');
}

/**
 * The profiles of a file; none when there is no such file.
 *
 * @throws CliFault when it cannot be used, or when others can read it: it may hold tokens
 */
export function readProfiles(file: string): ProfileFile {
  const found = readPrivately(file);
  if (found === undefined) return { file, current: undefined, profiles: {} };
  const document = readDocument(found, {
    parse: (content) => parseDocument(content, { uniqueKeys: true, prettyErrors: false }),
    schema,
    smallest: 'profiles: {}',
    items: {},
    isSecret: true,
  });
  if ('faults' in document) {
    const lines = document.faults.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
    throw new CliFault(EXIT.usage, lines.join('\n'), 'mend the file: docs/cli.md has an example');
  }
  const { current, profiles } = document.value;
  const here = dirname(file);
  const absolute = (path: string | undefined): string | undefined => path && resolve(here, path);
  return {
    file,
    current,
    profiles: Object.fromEntries(
      Object.entries(profiles).map(([name, profile]) => [
        name,
        {
          ...profile,
          ...given('token_file', absolute(profile.token_file)),
          ...given('ca_file', absolute(profile.ca_file)),
          ...given('cert_file', absolute(profile.cert_file)),
          ...given('key_file', absolute(profile.key_file)),
          ...given('admin_token_file', absolute(profile.admin_token_file)),
        },
      ]),
    ),
  };
}

function given<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  const one: Partial<Record<string, string>> = value === undefined ? {} : { [key]: value };
  return one;
}

/** @throws CliFault when others can read it, or nobody can */
export function readPrivately(file: string): string | undefined {
  try {
    const { mode } = statSync(file);
    if ((mode & 0o077) !== 0)
      throw new CliFault(
        EXIT.usage,
        `${file} can be read by others (mode ${(mode & 0o777).toString(8)}), and it may hold tokens`,
        `chmod 600 ${file}`,
      );
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof CliFault) throw error;
    if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CliFault(EXIT.usage, `${file} cannot be read: ${whyUnreadable(error)}`, undefined, {
      cause: error,
    });
  }
}
