// RFC 9110 §9.2.2. TRACE and CONNECT are left out: neither is ever forwarded.
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether doing it twice is the same as doing it once, so that it may be sent again after bytes went out. */
export function isIdempotentMethod(method: string): boolean {
  return IDEMPOTENT.has(method);
}
