import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { AppError } from '../errors/app-error';
import { requireJsonBody } from '../http/read-json';
import { authorityOf, type IsOwnHost } from './own-hosts';

/**
 * Keeps web pages from using the browser of a user who can reach this server: a browser sends to any address that a
 * page names, from inside the network. Programs, which send neither `Origin` nor `Sec-Fetch-Site`, notice nothing; a
 * page that this server itself has served may make every call.
 */
export interface BrowserGuard {
  /**
   * For calls that read or change what is kept here.
   *
   * @throws AppError 403 `ORIGIN_REFUSED`, 421 `HOST_REFUSED`; 415 `UNSUPPORTED_MEDIA_TYPE` for a change whose body a
   *   page could send without asking first (https://fetch.spec.whatwg.org/#cors-safelisted-request-header)
   */
  checkCall(req: IncomingMessage): void;
  /** The same, for calls whose body is plain text by their nature. */
  checkPlainTextCall(req: IncomingMessage): void;
  /** For documents and metrics: a link to them from another page works, and that page cannot read them. */
  checkHost(req: IncomingMessage): void;
}

/** @param isOwnHost `undefined` where every call takes a token, which a rebound name does not bring along */
export function createBrowserGuard(isOwnHost: IsOwnHost | undefined): BrowserGuard {
  function checkHost(req: IncomingMessage): void {
    if (isOwnHost === undefined) return;
    const authority = authorityOf(req);
    // No browser leaves the field out; HTTP/1.0 lets programs.
    if (authority !== undefined && !isOwnHost(authority)) throw hostRefused(authority);
  }
  function checkPlainTextCall(req: IncomingMessage): void {
    refuseOtherOrigins(req);
    checkHost(req);
  }

  return {
    checkHost,
    checkPlainTextCall,
    checkCall(req) {
      checkPlainTextCall(req);
      if (req.method !== 'GET' && req.method !== 'HEAD') requireJsonBody(req);
    },
  };
}

function refuseOtherOrigins(req: IncomingMessage): void {
  const { origin, 'sec-fetch-site': site } = req.headers;
  // `none`: the user has typed the address. Any value added to the standard later is not this server's own page.
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw originRefused(`Sec-Fetch-Site: ${String(site)}`);
  if (origin !== undefined && !isOwnOrigin(origin, req)) throw originRefused(`Origin: ${origin}`);
}

/** Compares host and port; the scheme only where it is known, since a proxy in front may have ended TLS. */
function isOwnOrigin(origin: string, req: IncomingMessage): boolean {
  const scheme = /^(https?):\/\//.exec(origin)?.[1];
  const authority = authorityOf(req);
  if (scheme === undefined || authority === undefined) return false;
  if (req.socket instanceof TLSSocket && scheme !== 'https') return false;
  const asked = `${scheme}://${authority}`;
  return URL.canParse(asked) && new URL(asked).origin === origin;
}

function originRefused(seen: string): AppError {
  return new AppError({
    code: 'ORIGIN_REFUSED',
    status: 403,
    message: `Web pages of other origins must not call this (${shortened(seen)}). Call it from a program, or from a page that this server has served.`,
  });
}

/** 421 (RFC 9110 §15.5.20): the request was meant for another host, as far as this one knows. */
function hostRefused(authority: string): AppError {
  return new AppError({
    code: 'HOST_REFUSED',
    status: 421,
    message: `This server does not know the host "${shortened(authority)}" as its own. Add the name to ALLOWED_HOSTS, or use an IP address or localhost.`,
  });
}

function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
