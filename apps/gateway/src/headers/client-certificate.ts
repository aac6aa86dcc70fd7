/** A caller's certificate, as instances and logs are told of it. */
export interface ClientCertificate {
  /** Its first URI, else its first DNS name, else its subject; visible ASCII characters and blanks. */
  readonly name: string;
  /** Of `X-Forwarded-Client-Cert`, as Envoy writes it. The same characters. */
  readonly element: string;
}

/** What is in a certificate. */
export interface CertificateFacts {
  /** SHA-256 of all of it, as `AB:CD:…`. */
  readonly fingerprint256: string;
  /** As Node has it, one part a line; `undefined` where it is empty. */
  readonly subject: string | undefined;
  /** Subject alternative names, of any characters. */
  readonly uris: readonly string[];
  readonly dns: readonly string[];
}

/**
 * `By` (where the gateway's own certificate has a URI), `Hash`, `Subject`, `URI` and `DNS`, in Envoy's order. As there,
 * `Subject` and `URI` are written when they are empty, too.
 *
 * @param ownUris of the certificate that the gateway has shown on the same connection
 */
export function writeClientCertificate(
  { fingerprint256, subject: lines, ...names }: CertificateFacts,
  ownUris: readonly string[],
): ClientCertificate {
  const uris = names.uris.filter(isWritable);
  const dns = names.dns.filter(isWritable);
  const subject = rfc2253(lines ?? '');
  const element = [
    ...ownUris.filter(isWritable).map((uri) => `By=${quoted(uri)}`),
    `Hash=${fingerprint256.replaceAll(':', '').toLowerCase()}`,
    `Subject="${subject}"`,
    ...(uris.length === 0 ? [''] : uris).map((uri) => `URI=${quoted(uri)}`),
    ...dns.map((name) => `DNS=${quoted(name)}`),
  ].join(';');
  return { name: uris[0] ?? dns[0] ?? subject, element };
}

/**
 * Visible ASCII without a backslash, which no URI and no host's name contains (RFC 3986 §2). Others are left out: in a
 * field they would end it, or read as another name. Percent-encoded they would be another name, too.
 */
function isWritable(name: string): boolean {
  return /^[!-[\]-~]+$/.test(name);
}

/** Envoy: a value with `,`, `;` or `=` is put in double quotes, and a double quote in a value gets a backslash. */
function quoted(name: string): string {
  return /[,;="]/.test(name) ? `"${name.replaceAll('"', '\\"')}"` : name;
}

/**
 * The subject in one line, the last part first. Node has it one part a line, with each special character of a value
 * escaped by a backslash. In ASCII, as OpenSSL and so Envoy have it.
 */
function rfc2253(lines: string): string {
  return lines.split('\n').reverse().map(onOneLine).join(',');
}

/**
 * Parts with several values are written `A=b+C=d`, the last first; a plus sign of a value is escaped. A backslash is
 * written as `\5C`: as `\\` at the end it would escape the closing quote for readers that know `\"` only.
 */
function onOneLine(part: string): string {
  return part
    .split(' + ')
    .reverse()
    .join('+')
    .replaceAll('\\\\', '\\5C')
    .replace(/[^ -~]/gu, inHex);
}

/** RFC 2253 §2.4: each byte of UTF-8 as a backslash and two digits. */
function inHex(character: string): string {
  return Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '\\$&');
}
