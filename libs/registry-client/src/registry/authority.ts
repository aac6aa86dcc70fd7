import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
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

/** The file is read at most so often. Lower reads the disk for nothing; higher keeps an old file in force longer. */
const READ_EVERY_MS = 1000;
/** A file is used once it has not been written to for so long: half of a bundle is a good file that trusts fewer. */
const SETTLE_MS = 200;

/**
 * Follows a file of authorities while it is renewed: it is read anew when a connection is about to be opened. No timer
 * and no signal, so that it works alike in both threads, and there is nothing to stop.
 *
 * @returns the PEM text in force, to be asked for before each connection
 */
export function followAuthority(
  { file, pem: first }: AuthorityFile,
  onEvent: (event: AuthorityEvent) => void,
): () => string {
  let pem = first;
  let readAt = -Infinity;
  let refusedFor: string | undefined;

  function readAnew(): void {
    const read = authorityOf(file);
    if ('fault' in read) {
      if (read.fault === refusedFor) return;
      refusedFor = read.fault;
      const message = `${read.fault}; the authorities read before stay in force until the file is mended`;
      return onEvent({ type: 'authority_refused', file, failure: { code: 'AUTHORITY_REFUSED', message } });
    }
    if (read.pem === pem && refusedFor === undefined) return;
    ({ pem } = read);
    refusedFor = undefined;
    onEvent({ type: 'authority_loaded', file });
  }

  return () => {
    const now = performance.now();
    if (now - readAt >= READ_EVERY_MS && !isBeingWritten(file)) {
      readAt = now;
      readAnew();
    }
    return pem;
  };
}

function isBeingWritten(file: string): boolean {
  try {
    const ageMs = Date.now() - statSync(file).mtimeMs;
    return ageMs >= 0 && ageMs < SETTLE_MS;
  } catch {
    return false;
  }
}
