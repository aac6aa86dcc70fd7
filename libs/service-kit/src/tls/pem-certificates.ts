const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates in a PEM text, in its order and as they stand there; what else is in it is left out. */
export function pemCertificates(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? [];
}
