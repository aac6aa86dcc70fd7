import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import { followFiles } from './followed-files';
import type { RegistryFailure } from './registry-failure';

/** A file of authorities, and its PEM text when it was read. Plain data. */
export interface AuthorityFile {
  readonly file: string;
  readonly pem: string;
}

/** A file of authorities that was replaced. */
export type AuthorityEvent =
  /** The file has changed: new connections are verified against it as it is now. */
  | { readonly type: 'authority_loaded'; readonly file: string }
  /** The file has changed and cannot be used: the authorities read before stay in force. Reported once a fault. */
  | { readonly type: 'authority_refused'; readonly file: string; readonly failure: RegistryFailure };

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** @throws TypeError when the file cannot be read or holds no certificate: a fault of the configuration */
export function readAuthority(caFile: string): AuthorityFile {
  const read = authorityOf(caFile);
  if ('fault' in read) throw new TypeError(`caFile: ${read.fault}`, { cause: read.cause });
  return { file: caFile, pem: read.pem };
}

/**
 * Reads a file of authorities. It is validated here, since to TLS a file without a certificate means to trust nobody,
 * and the first symptom would be a connection that fails.
 *
 * @returns its PEM text, or why it cannot be used
 */
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

/** @returns the PEM text in force, to be asked for before each connection */
export function followAuthority(
  { file, pem }: AuthorityFile,
  onEvent: (event: AuthorityEvent) => void,
): () => string {
  return followFiles({
    files: [file],
    first: pem,
    read() {
      const read = authorityOf(file);
      return 'fault' in read ? read : { value: read.pem };
    },
    isSame: (one, other) => one === other,
    onLoaded: () => onEvent({ type: 'authority_loaded', file }),
    onRefused(fault) {
      const message = `${fault}; the authorities read before stay in force until the file is mended`;
      onEvent({ type: 'authority_refused', file, failure: { code: 'AUTHORITY_REFUSED', message } });
    },
  });
}
