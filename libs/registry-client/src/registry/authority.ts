import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * The PEM text of an authority's certificates. Looked at here, since TLS takes a file without any for one that
 * trusts nobody, and the first that anybody hears of it is a connection that fails.
 *
 * @throws when the file cannot be read, or holds no certificate: a fault of the configuration, best known at once
 */
export function readAuthority(caFile: string): string {
  const text = readFileSync(caFile, 'utf8');
  const certificates = text.match(PEM_CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new TypeError(`caFile: ${caFile} holds no certificate in PEM`);
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch (cause) {
    throw new TypeError(`caFile: ${caFile} holds a certificate that cannot be read`, { cause });
  }
  return text;
}
