import { GATEWAY_PATHS } from '@rollcall/contracts';
import { prefixSegments } from './path-segments';

const OWN: ReadonlySet<string> = new Set(GATEWAY_PATHS);
const LONGEST = Math.max(...GATEWAY_PATHS.map((path) => path.length));

/** Whether a request's path is answered by the gateway itself. */
export function isReservedPath(path: string): boolean {
  return OWN.has(path);
}

/** Whether a server that ignores letter case reads one of them in it. */
export function resemblesReserved(path: string): boolean {
  return path.length <= LONGEST && OWN.has(path.toLowerCase());
}

/** Whether a prefix is one of them or lies inside one. `/` contains them and is allowed: they are looked at first. */
export function isReservedPrefix(pathPrefix: string): boolean {
  return OWN.has(`/${prefixSegments(pathPrefix)[0] ?? ''}`);
}
