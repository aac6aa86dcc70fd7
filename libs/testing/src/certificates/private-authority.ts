// First: what makes certificates asks for it while it is being loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** What a server needs to show who it is, as PEM texts. */
export interface IssuedPair {
  readonly cert: string;
  readonly key: string;
}

/** A name whose kind cannot be seen in it. */
export interface CertificateName {
  readonly type: 'url' | 'dns';
  readonly value: string;
}

export interface IssueOptions {
  /** Names, addresses and URIs that the certificate is for; default `127.0.0.1` and `localhost`. */
  readonly names?: readonly (string | CertificateName)[];
  /** As RFC 2253 has it, or part by part, with any character but a quote; default: the first name. */
  readonly subject?: string | x509.JsonName;
  /** Default: a day from now. */
  readonly expiresAt?: Date;
  /** What it is for; default a server. */
  readonly uses?: readonly ('server' | 'client')[];
}

/** A private certificate authority, as companies have them. */
export interface PrivateAuthority {
  /** PEM text of its own certificate, for those who are to trust it. */
  readonly ca: string;
  issue(options?: IssueOptions): Promise<IssuedPair>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const USES = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth };
const LOCAL = ['127.0.0.1', 'localhost'];

export async function createPrivateAuthority(name = 'Rollcall specs'): Promise<PrivateAuthority> {
  const keys = await generateKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    ...lifetime(daysFromNow(1)),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });

  return {
    ca: pemOf(root),
    async issue(options: IssueOptions = {}) {
      const { expiresAt = daysFromNow(1), uses = ['server'] } = options;
      const names = (options.names ?? LOCAL).map(nameOf);
      const own = await generateKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        subject: options.subject ?? `CN=${names[0]?.value ?? 'nobody'}`,
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...lifetime(expiresAt),
        extensions: [
          new x509.SubjectAlternativeNameExtension(names),
          new x509.ExtendedKeyUsageExtension(uses.map((use) => USES[use])),
        ],
      });
      return { cert: pemOf(certificate), key: await privateKeyPem(own.privateKey) };
    },
  };
}

function nameOf(name: string | CertificateName): x509.JsonGeneralName {
  if (typeof name !== 'string') return name;
  if (name.includes('://')) return { type: 'url', value: name };
  return { type: /^[\d.]+$|:/.test(name) ? 'ip' : 'dns', value: name };
}

/** With a line's end, so that one can follow another in a file. */
function pemOf(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** From long enough ago that no clock is before it, and before its own end, which may be in the past. */
function lifetime(notAfter: Date): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - DAY_MS), notAfter };
}

function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}
