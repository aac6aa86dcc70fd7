import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import { canonicalInstanceUrl, canonicalInstanceUrls } from '@rollcall/contracts/canonical-instance-url';
import type { RegistrarOptions } from '../registrar/registrar';
import { authorityOf } from '../registry/authority';
import { certificateOf } from '../registry/client-certificate';
import { isServiceName } from '../wire/service-name';
import { ConfigError } from './config-error';

type Registration = RegistrarOptions['registration'];

export interface EnvDefaults {
  /** What is announced; `service_name` stands unless `SERVICE_NAME` is set. */
  readonly registration?: Partial<Registration>;
  /** Stands unless `PORT` is set. Default 0: the system chooses, and callers find the port by the registry. */
  readonly port?: number;
}

/** Settings of a service in the shape that `registerServer` and `createResolver` take. */
export interface EnvSettings
  extends Pick<
    RegistrarOptions,
    'registryUrls' | 'token' | 'caFile' | 'certFile' | 'keyFile' | 'registration'
  > {
  /** `PORT`. */
  readonly port: number;
  /** `ADVERTISE_URL`; found out from the socket to the registry when absent. */
  readonly advertise?: { readonly url: string };
  /** `DRAIN_LINGER_MS`. */
  readonly drainLingerMs: number;
}

/**
 * Settings from environment variables, by the names and meanings that Rollcall's own services have: `SERVICE_NAME`,
 * `PORT`, `REGISTRY_URL`, `REGISTRY_TOKEN` or `REGISTRY_TOKEN_FILE`, `REGISTRY_CA_FILE`, `REGISTRY_CERT_FILE` with
 * `REGISTRY_KEY_FILE`, `ADVERTISE_URL` and `DRAIN_LINGER_MS`. Empty ones count as not set.
 *
 * @throws ConfigError with every fault, not only the first
 */
export function fromEnv(
  defaults: EnvDefaults = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): EnvSettings {
  const faults = new Map<string, string>();
  /** The value of a variable that is set, or nothing, with the reader's complaint noted. */
  function read<T>(name: string, parse: (text: string) => Parsed<T>): T | undefined {
    const text = env[name];
    if (text === undefined || text === '') return undefined;
    const parsed = parse(text);
    if ('value' in parsed) return parsed.value;
    faults.set(name, 'message' in parsed ? parsed.message : `${name}${parsed.fault}`);
    return undefined;
  }

  const tokenOfFile = read('REGISTRY_TOKEN_FILE', (file) =>
    env['REGISTRY_TOKEN'] ? { fault: EXCLUDES_TOKEN } : secretOf(file),
  );
  const token = tokenOfFile ?? read('REGISTRY_TOKEN', (value) => ({ value }));
  const port = read('PORT', integer(0, 65_535)) ?? defaults.port ?? 0;
  const serviceName = read('SERVICE_NAME', nameOf) ?? defaults.registration?.service_name;
  const registryUrls = read('REGISTRY_URL', urlsOf) ?? [LOCAL_REGISTRY];
  const caFile = read('REGISTRY_CA_FILE', usableAuthority);
  const certFile = read('REGISTRY_CERT_FILE', (file) => usablePair('cert', file, env['REGISTRY_KEY_FILE']));
  const keyFile = read('REGISTRY_KEY_FILE', (file) => usablePair('key', env['REGISTRY_CERT_FILE'], file));
  const url = read('ADVERTISE_URL', urlOf);
  const drainLingerMs = read('DRAIN_LINGER_MS', integer(0, 600_000)) ?? DRAIN_LINGER_MS;
  const usesTls = registryUrls.some((address) => address.startsWith('https:'));
  if (!usesTls && !faults.has('REGISTRY_URL')) {
    if (caFile !== undefined) faults.set('REGISTRY_CA_FILE', `REGISTRY_CA_FILE${VERIFIES_NOTHING}`);
    if (certFile !== undefined) faults.set('REGISTRY_CERT_FILE', `REGISTRY_CERT_FILE${SHOWS_NOTHING}`);
  }
  if (serviceName === undefined && !faults.has('SERVICE_NAME'))
    faults.set('SERVICE_NAME', 'SERVICE_NAME is required');
  if (serviceName === undefined || faults.size > 0)
    throw new ConfigError([...faults].map(([path, message]) => ({ path, message })));

  return {
    port,
    registryUrls,
    ...(token === undefined ? {} : { token }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined || keyFile === undefined ? {} : { certFile, keyFile }),
    registration: { ...defaults.registration, service_name: serviceName },
    ...(url === undefined ? {} : { advertise: { url } }),
    drainLingerMs,
  };
}

const LOCAL_REGISTRY = 'http://127.0.0.1:8080';
const DRAIN_LINGER_MS = 5000;
const EXCLUDES_TOKEN = ' and REGISTRY_TOKEN exclude each other: set one of them';
const VERIFIES_NOTHING =
  ' has no effect: no address in REGISTRY_URL is https://, so no certificate is verified. ' +
  'Write https:// in REGISTRY_URL, or unset REGISTRY_CA_FILE';
const SHOWS_NOTHING =
  ' has no effect: no address in REGISTRY_URL is https://, so no certificate is shown. ' +
  'Write https:// in REGISTRY_URL, or unset REGISTRY_CERT_FILE and REGISTRY_KEY_FILE';

/** A fault goes on from the variable's name; a message stands alone. */
type Parsed<T> = { readonly value: T } | { readonly fault: string } | { readonly message: string };

/** A secret's file, without the line end that editors add. */
function secretOf(file: string): Parsed<string> {
  try {
    const value = readFileSync(file, 'utf8').trim();
    return value === '' ? { fault: `: ${file} is empty` } : { value };
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    return { fault: `: ${file} cannot be read (${code})` };
  }
}

function usableAuthority(file: string): Parsed<string> {
  const read = authorityOf(file);
  return 'fault' in read ? { fault: `: ${read.fault}` } : { value: file };
}

/** Judges one file of a pair beside the other one. */
function usablePair(
  which: 'cert' | 'key',
  certFile: string | undefined,
  keyFile: string | undefined,
): Parsed<string> {
  if (!certFile) return { message: 'REGISTRY_CERT_FILE is required with REGISTRY_KEY_FILE' };
  if (!keyFile) return { message: 'REGISTRY_KEY_FILE is required with REGISTRY_CERT_FILE' };
  const file = which === 'cert' ? certFile : keyFile;
  const read = certificateOf(certFile, keyFile);
  const fault = 'faults' in read ? read.faults[which] : undefined;
  return fault === undefined ? { value: file } : { fault: `: ${file} ${fault}` };
}

function nameOf(text: string): Parsed<string> {
  return isServiceName(text)
    ? { value: text }
    : { fault: ' must be 1 to 63 letters, digits, ".", "_" or "-"' };
}

function urlOf(text: string): Parsed<string> {
  const result = canonicalInstanceUrl(text);
  return 'url' in result ? { value: result.url } : { fault: ` ${result.fault}` };
}

function urlsOf(text: string): Parsed<readonly string[]> {
  const result = canonicalInstanceUrls(text);
  return 'urls' in result ? { value: result.urls } : { fault: `: ${result.fault}` };
}

function integer(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = Number(text);
    // Number() takes more than a person means by a number: "", "0x10", "Infinity".
    if (!/^\s*[-+]?\d+(\.\d*)?\s*$/.test(text)) return { fault: ' must be a number' };
    if (!Number.isInteger(value)) return { fault: ' must be an integer' };
    if (value < min) return { fault: ` must be greater than or equal to ${min}` };
    return value > max ? { fault: ` must be less than or equal to ${max}` } : { value };
  };
}
