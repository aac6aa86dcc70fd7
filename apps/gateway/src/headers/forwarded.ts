/** `for=` and `by=` of RFC 7239 §6: an IPv6 address is put in brackets and quotes. */
export function forwardedNode(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}

/** `host=` as a token where it is one, else quoted (a port makes it no token). */
export function forwardedHost(host: string): string {
  if (TOKEN.test(host)) return host;
  return `"${QUOTE.test(host) ? host.replace(QUOTES, '\\$&') : host}"`;
}

const TOKEN = /^[A-Za-z0-9._~-]+$/;
const QUOTE = /["\\]/;
const QUOTES = /["\\]/g;
