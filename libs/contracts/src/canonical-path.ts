/** What a path may hold as it is in one spelling only (RFC 3986 §3.3), its separators besides. */
const OTHER_THAN_PLAIN = /%([0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,=:@/\\;-]/g;
const PLAIN = /^[A-Za-z0-9._~!$&'()*+,=:@-]$/;

/** What stands for each byte: itself, or its encoding. */
const SPELLINGS: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return PLAIN.test(character) ? character : percentEncoded(byte);
});

/**
 * A path in the one spelling that all of its spellings share which mean the same bytes: what need not be encoded is
 * decoded, what must be is encoded, hexadecimal digits are upper case (RFC 3986 §6.2.2). Characters that some servers
 * split a path at stay as they came: `/`, `\`, `;` and their encodings.
 */
export function canonicalPath(path: string): string {
  return path.replace(
    OTHER_THAN_PLAIN,
    (found, hex: string | undefined) =>
      SPELLINGS[hex === undefined ? found.charCodeAt(0) : parseInt(hex, 16)] ?? found,
  );
}

/** A byte as a path may always hold it. */
export function percentEncoded(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
