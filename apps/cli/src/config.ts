import { readFileSync } from 'node:fs';
import { canonicalInstanceUrls } from '@rollcall/contracts';
import { didYouMean, whyUnreadable } from '@rollcall/service-kit';
import { CliFault } from './cli-fault';
import { EXIT } from './exit-codes';
import { profilePath, readProfiles, type Profile, type ProfileFile } from './profiles';
import { tlsTexts, type Found, type TlsTexts } from './tls-texts';

/** Options that every command takes, as they were typed. Tokens are none of them: others can read a command line. */
export interface GlobalFlags {
  readonly registry?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly gatewayAdmin?: string;
  readonly adminTokenFile?: string;
  readonly profile?: string;
}

/** Where a command finds the registry and the gateway, and who it is there. */
export interface Settings {
  /** Tried in turn, until one answers. */
  readonly registryUrls: readonly string[];
  readonly registryToken: string | undefined;
  /** The files of TLS with registry and gateway, by name. */
  readonly tlsFiles: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  readonly tls: TlsTexts;
  readonly gatewayAdminUrls: readonly string[];
  readonly adminToken: string | undefined;
  /** The name of the profile in use. */
  readonly profile: string | undefined;
  readonly readOnly: boolean;
  /** Where each setting comes from, for people. */
  readonly sources: Readonly<Record<SettingName, string>>;
}

export type SettingName =
  | 'registry_url'
  | 'registry_token'
  | 'ca_file'
  | 'cert_file'
  | 'key_file'
  | 'gateway_admin_url'
  | 'admin_token';

const USUAL_REGISTRY = 'http://127.0.0.1:8080';
const USUAL_ADMIN = 'http://127.0.0.1:8001';

/**
 * The settings of a command: what a flag says, else the environment, else the profile, else the default.
 *
 * @throws CliFault when one of them cannot be used
 */
export function readSettings(flags: GlobalFlags, env: NodeJS.ProcessEnv): Settings {
  const file = readProfiles(profilePath(env));
  const name = flags.profile ?? (env['ROLLCALL_PROFILE'] || file.current);
  const profile = name === undefined ? {} : profileOf(file, name);
  const from = `profile ${name}`;

  const registry = flag('--registry', flags.registry) ??
    variable(env, 'REGISTRY_URL') ??
    entry(from, profile, 'registry_url') ?? { value: USUAL_REGISTRY, source: 'default' };
  const gateway = flag('--gateway-admin', flags.gatewayAdmin) ??
    variable(env, 'GATEWAY_ADMIN_URL') ??
    entry(from, profile, 'gateway_admin_url') ?? { value: USUAL_ADMIN, source: 'default' };
  const token =
    content(flag('--token-file', flags.tokenFile)) ??
    secretVariable(env, 'REGISTRY_TOKEN') ??
    entry(from, profile, 'token') ??
    content(entry(from, profile, 'token_file'));
  const adminToken =
    content(flag('--admin-token-file', flags.adminTokenFile)) ??
    secretVariable(env, 'ADMIN_TOKEN') ??
    entry(from, profile, 'admin_token') ??
    content(entry(from, profile, 'admin_token_file'));
  const ca =
    flag('--ca-file', flags.caFile) ?? variable(env, 'REGISTRY_CA_FILE') ?? entry(from, profile, 'ca_file');
  const cert =
    flag('--cert-file', flags.certFile) ??
    variable(env, 'REGISTRY_CERT_FILE') ??
    entry(from, profile, 'cert_file');
  const key =
    flag('--key-file', flags.keyFile) ??
    variable(env, 'REGISTRY_KEY_FILE') ??
    entry(from, profile, 'key_file');

  return Object.freeze({
    registryUrls: urlsOf(registry),
    registryToken: token && headerSafe(token),
    tlsFiles: {
      ...(ca && { caFile: ca.value }),
      ...(cert && { certFile: cert.value }),
      ...(key && { keyFile: key.value }),
    },
    tls: tlsTexts({ ca, cert, key }),
    gatewayAdminUrls: urlsOf(gateway),
    adminToken: adminToken && headerSafe(adminToken),
    profile: name,
    readOnly: profile.read_only === true,
    sources: {
      registry_url: registry.source,
      registry_token: token?.source ?? 'not set',
      ca_file: ca?.source ?? 'not set',
      cert_file: cert?.source ?? 'not set',
      key_file: key?.source ?? 'not set',
      gateway_admin_url: gateway.source,
      admin_token: adminToken?.source ?? 'not set',
    },
  });
}

function profileOf({ file, profiles }: ProfileFile, name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile !== undefined) return profile;
  const names = Object.keys(profiles);
  const meant = didYouMean(name, names);
  throw new CliFault(
    EXIT.usage,
    `there is no profile ${name} in ${file}`,
    meant === undefined ? `its profiles are: ${names.join(', ') || '(none)'}` : `did you mean ${meant}?`,
  );
}

function flag(name: string, value: string | undefined): Found | undefined {
  return value === undefined ? undefined : { value, source: name };
}

function variable(env: NodeJS.ProcessEnv, name: string): Found | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : { value, source: name };
}

/** A secret in the environment, or in the file that `<name>_FILE` names there. */
function secretVariable(env: NodeJS.ProcessEnv, name: string): Found | undefined {
  const plain = variable(env, name);
  const inFile = variable(env, `${name}_FILE`);
  if (plain !== undefined && inFile !== undefined)
    throw new CliFault(EXIT.usage, `${name} and ${name}_FILE exclude each other`, 'unset one of them');
  return plain ?? content(inFile);
}

function entry(
  source: string,
  profile: Profile,
  key: Exclude<keyof Profile, 'read_only'>,
): Found | undefined {
  const value = profile[key];
  return value === undefined ? undefined : { value, source: `${source} (${key})` };
}

/** The text of the file that is named, without the line end that editors add. */
function content(named: Found | undefined): Found | undefined {
  if (named === undefined) return undefined;
  const { value: file, source } = named;
  try {
    const value = readFileSync(file, 'utf8').trim();
    if (value === '') throw new CliFault(EXIT.usage, `${source}: ${file} is empty`);
    return { value, source: `${source}: ${file}` };
  } catch (error) {
    if (error instanceof CliFault) throw error;
    throw new CliFault(
      EXIT.usage,
      `${source}: ${file} cannot be read: ${whyUnreadable(error)}`,
      'name a file that holds the token alone',
      { cause: error },
    );
  }
}

/** RFC 6750 §2.1 allows even less; anything else would not pass through a header. */
function headerSafe({ value, source }: Found): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new CliFault(
    EXIT.usage,
    `${source} is no token: it holds white space, or characters that are not ASCII`,
    'a token is one word; a file of it holds nothing else',
  );
}

function urlsOf({ value, source }: Found): readonly string[] {
  const read = canonicalInstanceUrls(value);
  if ('urls' in read) return read.urls;
  throw new CliFault(EXIT.usage, `${source}: ${read.fault}`, `write for example ${USUAL_REGISTRY}`);
}
