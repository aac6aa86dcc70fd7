import { prefixSegments } from './path-segments';

/** The gateway's own paths on the port of the traffic; nobody may announce them. */
export const RESERVED_PATHS = [
  '/register_service',
  '/deregister_service',
  '/livez',
  '/readyz',
  '/startupz',
  '/health',
] as const;

const OWN: ReadonlySet<string> = new Set(RESERVED_PATHS);

/** Whether a request's path is answered by the gateway itself. */
export function isReservedPath(path: string): boolean {
  return OWN.has(path);
}

/** Whether a prefix is one of them or lies inside one. `/` contains them and is allowed: they are looked at first. */
export function isReservedPrefix(pathPrefix: string): boolean {
  return OWN.has(`/${prefixSegments(pathPrefix)[0] ?? ''}`);
}
