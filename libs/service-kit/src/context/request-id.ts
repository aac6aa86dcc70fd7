const ACCEPTABLE = /^[A-Za-z0-9._:=+/@-]{1,128}$/;

/** The caller's `X-Request-Id` when it is fit to be logged and passed on, else a new one. */
export function requestIdFrom(header: string | undefined, newId: () => string): string {
  return header !== undefined && ACCEPTABLE.test(header) ? header : newId();
}
