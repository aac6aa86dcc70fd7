import type { X509Certificate } from 'node:crypto';

/** The names in a certificate that stand for a program, in the order in which they are there. */
export interface CertificateNames {
  readonly uris: readonly string[];
  readonly dns: readonly string[];
}

const NONE: CertificateNames = { uris: [], dns: [] };

/**
 * The subject alternative names of a certificate. Node gives all of them as one text, in which a value with a comma, a
 * quote or another unusual character is a JSON string (CVE-2021-44532): read otherwise, one name could look like several.
 * Of a text that is not of that form no name is taken.
 */
export function certificateNames({
  subjectAltName,
}: Pick<X509Certificate, 'subjectAltName'>): CertificateNames {
  if (subjectAltName === undefined) return NONE;
  const uris: string[] = [];
  const dns: string[] = [];
  // Commas of values are escaped. Other kinds than these two (addresses, names of directories) are of people or machines.
  for (const entry of subjectAltName.split(', ')) {
    const kind = entry.slice(0, 4);
    if (kind !== 'URI:' && kind !== 'DNS:') continue;
    const name = valueOf(entry.slice(4));
    if (name === undefined) return NONE;
    if (kind === 'URI:') uris.push(name);
    else dns.push(name);
  }
  return { uris, dns };
}

function valueOf(text: string): string | undefined {
  if (text.startsWith('"')) return unquoted(text);
  return /["\\,]/.test(text) ? undefined : text;
}

function unquoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
