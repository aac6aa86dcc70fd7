import { readAuthorities, type DocumentFault } from '@rollcall/service-kit';
import { readKeySet } from '../tokens/signing-keys';
import type { JwtAlgorithm, JwtIssuer, JwtKeys } from '../routing/policy-rules';
import type { FileBeside } from './api-keys';
import type { GivenIssuer } from './jwt-issuers-schema';

export interface IssuerReading {
  /** Whether keys may be fetched without TLS. */
  readonly allowsPlainHttp: boolean;
  readonly readBeside: (path: string) => FileBeside;
  /** A fault with a key of the file. */
  readonly fault: (path: readonly (string | number)[], message: string) => DocumentFault;
}

type Result<T> = { readonly value: T } | { readonly key: keyof GivenIssuer; readonly message: string };

/** As many bytes as the hash of the algorithm has (RFC 7518 §3.2). */
const LEAST_SECRET_BYTES: Readonly<Partial<Record<JwtAlgorithm, number>>> = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
};

/** The issuers of a file, with the keys of those whose keys are in files beside it. */
export function collectIssuers(
  given: readonly GivenIssuer[],
  reading: IssuerReading,
): { readonly issuers: readonly JwtIssuer[] } | { readonly faults: readonly DocumentFault[] } {
  const issuers: JwtIssuer[] = [];
  const faults: DocumentFault[] = [];
  for (const [index, one] of given.entries()) {
    const keys = keysOf(one, reading);
    if ('value' in keys)
      issuers.push({ name: one.name, issuer: one.issuer, algorithms: one.algorithms, keys: keys.value });
    else faults.push(reading.fault(['jwt_issuers', index, keys.key], keys.message));
  }
  return faults.length > 0 ? { faults } : { issuers };
}

function keysOf(given: GivenIssuer, reading: IssuerReading): Result<JwtKeys> {
  const { jwks_url: url, jwks_file: jwksFile, secret_file: secretFile, ca_file: caFile, algorithms } = given;
  const mixed = algorithmFault(algorithms, secretFile !== undefined);
  if (mixed !== undefined) return { key: 'algorithms', message: mixed };
  if (url !== undefined) return fetchedFrom(url, caFile, reading);
  if (caFile !== undefined)
    return {
      key: 'ca_file',
      message: 'has no effect without jwks_url, which its keys are fetched from: remove it',
    };
  return jwksFile === undefined
    ? fileOf('secret_file', secretFile ?? '', reading, (text) => secretIn(text, algorithms))
    : fileOf('jwks_file', jwksFile, reading, (text) => jwksIn(text, algorithms));
}

/** A public key that is taken for a secret lets everybody sign who knows it, which is why the two are never mixed. */
function algorithmFault(algorithms: readonly JwtAlgorithm[], hasSecret: boolean): string | undefined {
  const other = algorithms.find((algorithm) => algorithm.startsWith('HS') !== hasSecret);
  if (other === undefined) return undefined;
  return hasSecret
    ? `contains ${other}, which needs a public key: with secret_file only HS256, HS384 and HS512 are possible`
    : `contains ${other}, which needs a shared secret: set secret_file in place of jwks_url or jwks_file, or remove it`;
}

function fetchedFrom(url: string, caFile: string | undefined, reading: IssuerReading): Result<JwtKeys> {
  const fault = urlFault(url, reading.allowsPlainHttp);
  if (fault !== undefined) return { key: 'jwks_url', message: fault };
  if (caFile === undefined) return { value: { from: 'url', url } };
  if (new URL(url).protocol !== 'https:')
    return { key: 'ca_file', message: 'has no effect, since jwks_url is http, without TLS: remove it' };
  return fileOf('ca_file', caFile, reading, (text) => {
    const authorities = readAuthorities(text);
    return 'fault' in authorities ? authorities : { keys: { from: 'url', url, ca: authorities.ca } };
  });
}

function urlFault(text: string, allowsPlainHttp: boolean): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL: write https://idp.example/jwks.json';
  const { protocol, username, password, hash } = new URL(text);
  if (username !== '' || password !== '') return 'must not contain a user or a password';
  if (hash !== '') return 'must not contain a fragment: remove # and what follows';
  if (protocol === 'https:' || (protocol === 'http:' && allowsPlainHttp)) return undefined;
  return `must be an https URL, and is one of ${protocol.slice(0, -1)}: keys that anybody on the way can replace verify nothing`;
}

function fileOf(
  key: 'jwks_file' | 'secret_file' | 'ca_file',
  path: string,
  { readBeside }: IssuerReading,
  read: (text: string) => { readonly keys: JwtKeys } | { readonly fault: string },
): Result<JwtKeys> {
  const beside = readBeside(path);
  if ('why' in beside) return { key, message: `${beside.file} cannot be read: ${beside.why}` };
  const found = read(beside.text);
  return 'fault' in found ? { key, message: `${beside.file} ${found.fault}` } : { value: found.keys };
}

function jwksIn(
  jwks: string,
  algorithms: readonly JwtAlgorithm[],
): { readonly keys: JwtKeys } | { readonly fault: string } {
  const reading = readKeySet(jwks, algorithms);
  return 'fault' in reading ? reading : { keys: { from: 'file', jwks } };
}

function secretIn(
  text: string,
  algorithms: readonly JwtAlgorithm[],
): { readonly keys: JwtKeys } | { readonly fault: string } {
  // Editors and `echo` end a file with a line break, which is no part of the secret.
  const secret = text.replace(/\r?\n$/, '');
  if (secret.includes('\ufffd')) return { fault: 'is not UTF-8 text: write the secret as text' };
  const least = Math.max(...algorithms.map((algorithm) => LEAST_SECRET_BYTES[algorithm] ?? 0));
  const bytes = Buffer.byteLength(secret);
  return bytes < least
    ? {
        fault: `has a secret of ${bytes} bytes, and ${algorithms.join(', ')} needs at least ${least}: generate a longer one with openssl rand -hex ${least}`,
      }
    : { keys: { from: 'secret', secret } };
}
