import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * The PEM text of an authority's certificates. Looked at here, since TLS takes a file without any for one that
 * trusts nobody, and the first that anybody hears of it is a connection that fails.
 *
 * @throws when the file cannot be read, or holds no certificate: a fault of the configuration, best known at once
 */
export function readAuthority(caFile: string): string {
  const read = authorityOf(caFile);
  if ('fault' in read) throw new TypeError(`caFile: ${read.fault}`, { cause: read.cause });
  return read.pem;
}

/** @returns the PEM text of a file of authorities, or why it is of no use */
export function authorityOf(file: string): { pem: string } | { fault: string; cause?: unknown } {
  try {
    const pem = readFileSync(file, 'utf8');
    const certificates = pem.match(PEM_CERTIFICATE) ?? [];
    if (certificates.length === 0) return { fault: `${file} holds no certificate in PEM` };
    for (const certificate of certificates) new X509Certificate(certificate);
    return { pem };
  } catch (cause) {
    const code = isNativeError(cause) && 'code' in cause ? String(cause.code) : '';
    const what = code.startsWith('ERR_')
      ? 'holds a certificate that cannot be read'
      : `cannot be read (${code})`;
    return { fault: `${file} ${what}`, cause };
  }
}
