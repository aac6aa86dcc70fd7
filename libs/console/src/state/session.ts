/**
 * The token, in the memory of this tab; in its sessionStorage too when the person asks for that. It is never in a URL that
 * leaves the browser, in a cookie or in localStorage.
 */
const KEY = 'rollcall.token';

let token: string | undefined;

export function currentToken(): string | undefined {
  return token;
}

export function setToken(value: string | undefined, options: { readonly remember: boolean }): void {
  token = value;
  try {
    if (value !== undefined && options.remember) sessionStorage.setItem(KEY, value);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is switched off: the token lives as long as the page.
  }
}

/** Of `#t=<token>`, as `rollcall ui` opens the page: read once, and erased before anything else happens. Else of the storage. */
export function readToken(): void {
  const fragment = new URLSearchParams(location.hash.slice(1)).get('t');
  if (fragment !== null) {
    history.replaceState(null, '', location.pathname + location.search);
    setToken(fragment, { remember: false });
    return;
  }
  try {
    token = sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    token = undefined;
  }
}
