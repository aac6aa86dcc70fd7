import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates in a PEM text, in its order and as they stand there; what else is in it is left out. */
export function pemCertificates(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? [];
}

/** The result of reading a file of authorities: its PEM text, or why it cannot be used. */
export type AuthorityReading = { readonly ca: string } | { readonly fault: string };

/** Reads a PEM file of authorities. */
export function readAuthorityFile(file: string): AuthorityReading {
  try {
    return readAuthorities(readFileSync(file, 'utf8'));
  } catch (error) {
    return { fault: `cannot be read (${isNativeError(error) && 'code' in error ? String(error.code) : ''})` };
  }
}

/**
 * Validates a PEM text of authorities: with a text without certificates TLS trusts no peer, and the first symptom would
 * be a connection that fails.
 */
export function readAuthorities(ca: string): AuthorityReading {
  const certificates = pemCertificates(ca);
  if (certificates.length === 0) return { fault: 'holds no certificate in PEM' };
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch {
    return { fault: 'holds a certificate that cannot be read' };
  }
  return { ca };
}
