import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { acceptedCoding, type Coding } from './accepted-coding';
import { readStaticManifest } from './static-manifest';

/** A site in memory, each file in every coding. What is not in its manifest is not there: nothing is looked up on the disk. */
export interface StaticSite {
  /**
   * @param path as it came, below where the site is mounted, without a leading slash
   * @returns whether it has answered
   */
  answer(req: IncomingMessage, res: ServerResponse, path: string): boolean;
}

interface StaticFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: Readonly<Record<Coding, Buffer>>;
  /** Absent for what is never kept. */
  readonly tag?: string;
}

/**
 * Everything comes from here, nothing runs that is not a file of the site, and no other page may frame it. The one policy
 * of Trusted Types vouches for the addresses of the site's own workers.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types rollcall',
].join('; ');

const SECURITY = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

const INDEX = 'index.html';
const SUFFIXES = { br: '.br', gzip: '.gz' } as const;

/** @throws when the folder has no site */
export function loadStaticSite(folder: string): StaticSite {
  const manifest = readStaticManifest(folder);
  const files = new Map(
    manifest.files.map(({ path, file, type, immutable }): [string, StaticFile] => {
      const identity = readFileSync(join(folder, file));
      const bodies = { identity, ...packed(join(folder, file)) };
      const digest = createHash('sha256').update(identity).digest('base64url').slice(0, 20);
      const kept =
        path === INDEX ? 'no-store' : immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
      const headers = { ...SECURITY, 'Content-Type': type, 'Cache-Control': kept, Vary: 'Accept-Encoding' };
      return [path, path === INDEX ? { headers, bodies } : { headers, bodies, tag: digest }];
    }),
  );

  return {
    answer(req, res, path) {
      const file = files.get(path) ?? (isPlace(path, req) ? files.get(INDEX) : undefined);
      if (file === undefined) return false;
      send(req, res, file);
      return true;
    },
  };
}

function packed(file: string): Omit<StaticFile['bodies'], 'identity'> {
  return { br: readFileSync(file + SUFFIXES.br), gzip: readFileSync(file + SUFFIXES.gzip) };
}

/**
 * Whether the page itself finds out what to show there. Where the last segment looks like a file (a service may have a dot in
 * its name) only for who wants a page: a script that is not there any more must not become one.
 */
function isPlace(path: string, { headers: { accept = '' } }: IncomingMessage): boolean {
  if (path.startsWith('assets/') || HIDES_A_SEGMENT.test(path)) return false;
  return !path.slice(path.lastIndexOf('/') + 1).includes('.') || accept.includes('text/html');
}

/** Dots as segments, and slashes in disguise: of no place of the page, and of every attempt to leave the folder. */
const HIDES_A_SEGMENT = /%2f|%5c|\\|(^|\/)(\.|%2e){1,2}(\/|$)/i;

function send(req: IncomingMessage, res: ServerResponse, { headers, bodies, tag }: StaticFile): void {
  const coding = acceptedCoding(req.headers['accept-encoding']);
  const etag = tag === undefined ? undefined : `"${tag}-${coding}"`;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (etag !== undefined) res.setHeader('ETag', etag);
  if (etag !== undefined && isKnown(etag, req.headers['if-none-match'])) {
    res.statusCode = 304;
    res.removeHeader('Content-Type');
    res.end();
    return;
  }
  if (coding !== 'identity') res.setHeader('Content-Encoding', coding);
  res.setHeader('Content-Length', bodies[coding].length);
  res.end(req.method === 'HEAD' ? undefined : bodies[coding]);
}

/** RFC 9110 §13.1.2: the comparison is the weak one. */
function isKnown(etag: string, field: string | undefined): boolean {
  if (field === undefined) return false;
  return field.trim() === '*' || field.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}
