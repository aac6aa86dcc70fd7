import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import { followFiles } from './followed-files';
import type { RegistryFailure } from './registry-failure';

/** A certificate that is shown to servers that ask for one, and its key, as PEM texts. */
export interface CertificateTexts {
  readonly cert: string;
  readonly key: string;
}

/** The files of a certificate and its key, and their texts when they were read. Plain data. */
export interface CertificateFiles extends CertificateTexts {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A client certificate that was replaced. */
export type CertificateEvent =
  /** The files have changed: new connections show the certificate as it is now. */
  | { readonly type: 'certificate_loaded'; readonly file: string }
  /** The files have changed and cannot be used: the certificate read before is shown. Reported once a fault. */
  | { readonly type: 'certificate_refused'; readonly file: string; readonly failure: RegistryFailure };

/** Why a pair cannot be used; each fault goes on from its file's name. */
export interface CertificateFaults {
  readonly cert?: string;
  readonly key?: string;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/;
const WITH_PASSPHRASE = /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** @throws TypeError when a file cannot be read or the two are no pair: a fault of the configuration */
export function readCertificate(certFile: string, keyFile: string): CertificateFiles {
  const read = certificateOf(certFile, keyFile);
  if ('texts' in read) return { certFile, keyFile, ...read.texts };
  const { cert, key } = read.faults;
  throw new TypeError(cert === undefined ? `keyFile: ${keyFile} ${key}` : `certFile: ${certFile} ${cert}`);
}

/** Reads a certificate and its key, as close to each other as can be: one of them may be about to be renewed. */
export function certificateOf(
  certFile: string,
  keyFile: string,
): { readonly texts: CertificateTexts } | { readonly faults: CertificateFaults } {
  const [cert, key] = [textOf(certFile), textOf(keyFile)];
  if ('fault' in cert || 'fault' in key)
    return {
      faults: { ...('fault' in cert && { cert: cert.fault }), ...('fault' in key && { key: key.fault }) },
    };
  const certificate = parsed(() => leafOf(cert.text), 'holds a certificate that cannot be read');
  const privateKey = WITH_PASSPHRASE.test(key.text)
    ? { fault: 'holds a key with a passphrase, which nobody is there to type in' }
    : parsed(() => createPrivateKey(key.text), 'holds no private key in PEM');
  if ('fault' in certificate || 'fault' in privateKey)
    return {
      faults: {
        ...('fault' in certificate && { cert: certificate.fault }),
        ...('fault' in privateKey && { key: privateKey.fault }),
      },
    };
  if (certificate.value === undefined) return { faults: { cert: 'holds no certificate in PEM' } };
  if (!certificate.value.checkPrivateKey(privateKey.value))
    return { faults: { key: 'is not the key of the certificate' } };
  return { texts: { cert: cert.text, key: key.text } };
}

/** @returns the pair in force, to be asked for before each connection */
export function followCertificate(
  { certFile, keyFile, cert, key }: CertificateFiles,
  onEvent: (event: CertificateEvent) => void,
): () => CertificateTexts {
  return followFiles({
    files: [certFile, keyFile],
    first: { cert, key },
    read() {
      const read = certificateOf(certFile, keyFile);
      if ('texts' in read) return { value: read.texts };
      const { faults } = read;
      return {
        fault: faults.cert === undefined ? `${keyFile} ${faults.key}` : `${certFile} ${faults.cert}`,
      };
    },
    isSame: (one, other) => one.cert === other.cert && one.key === other.key,
    onLoaded: () => onEvent({ type: 'certificate_loaded', file: certFile }),
    onRefused(fault) {
      const message = `${fault}; the certificate read before is shown until the files are mended`;
      onEvent({
        type: 'certificate_refused',
        file: certFile,
        failure: { code: 'CERTIFICATE_REFUSED', message },
      });
    },
  });
}

function leafOf(text: string): X509Certificate | undefined {
  const [block] = PEM_CERTIFICATE.exec(text) ?? [];
  return block === undefined ? undefined : new X509Certificate(block);
}

function textOf(file: string): { readonly text: string } | { readonly fault: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    return { fault: `cannot be read (${code})` };
  }
}

function parsed<T>(read: () => T, fault: string): { readonly value: T } | { readonly fault: string } {
  try {
    return { value: read() };
  } catch {
    return { fault };
  }
}
