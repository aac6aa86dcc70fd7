import type { RouteRight } from './route-rights';
import type { Scope } from './scope';

/** Whom a name in certificates stands for and what it is good for, beside the tokens. */
export interface AccessCertificate {
  /** Who is said to have done what is done by it, in events and logs. */
  readonly name: string;
  /** The subject alternative name as `certificateLabels` writes it: no two of a file are equal. */
  readonly label: string;
  readonly scopes: readonly Scope[];
  /** Paths that its bearer may announce; absent where the file says nothing of them. */
  readonly routes?: readonly RouteRight[];
}

/** As in a certificate (RFC 5280 §4.2.1.6). */
export type SubjectName = { readonly uri: string } | { readonly dns: string };

/** As OpenSSL writes it. Names of hosts are equal whatever their case (RFC 4343), URIs are not. */
export function labelOf(name: SubjectName): string {
  return 'uri' in name ? `URI:${name.uri}` : `DNS:${name.dns.toLowerCase()}`;
}

/** The names that a caller has shown, by which entries are found. */
export function certificateLabels({
  uris,
  dns,
}: {
  readonly uris: readonly string[];
  readonly dns: readonly string[];
}): readonly string[] {
  return [...uris.map((uri) => labelOf({ uri })), ...dns.map((name) => labelOf({ dns: name }))];
}

/** The first entry, in the order of the file, of those that the certificate has a name of. */
export function findCertificate(
  certificates: readonly AccessCertificate[],
  labels: readonly string[],
): AccessCertificate | undefined {
  return certificates.find(({ label }) => labels.includes(label));
}

/** Longer than any name in use (SPIFFE ids have 2048 bytes at most). */
const LONGEST_URI = 2048;
/** Printable ASCII with a scheme (RFC 3986): what else a certificate may hold is never equal to it. */
const ABSOLUTE_URI = /^[a-z][a-z0-9+.-]*:[!-~]+$/i;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i;

/** What is wrong with the name of an entry, or `undefined`. */
export function subjectUriFault(uri: string): string | undefined {
  if (uri.length > LONGEST_URI) return `must have ${LONGEST_URI} characters at most`;
  return ABSOLUTE_URI.test(uri)
    ? undefined
    : 'must be the whole URI of a certificate, as spiffe://shop.example/product';
}

export function subjectDnsFault(dns: string): string | undefined {
  if (dns.includes('*')) return 'must be one name: certificates are compared without wildcards';
  return HOST_NAME.test(dns) ? undefined : 'must be a DNS name of a certificate, as product.shop.example';
}
