import type { HeaderList } from './header-list';

/** Fields that concern one connection only, whether or not Connection names them (RFC 9110 §7.6.1 and §11.7). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Fields that Connection cannot name for removal: without them the message means something else, or has no known end. */
const INDISPENSABLE: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'authorization',
  'cookie',
  'set-cookie',
  'x-forwarded-for',
  'x-forwarded-client-cert',
  'forwarded',
  'via',
]);

/** @param name in lower case */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name);
}

/** Drops what was meant for this hop: the fields above and those that Connection names. */
export function removeHopByHop(headers: HeaderList): void {
  const connection = headers.all('connection');
  if (connection.every(namesNothingElse)) return headers.removeWhere(isHopByHop);
  const named = connection.flatMap((value) => value.toLowerCase().split(','));
  const options = new Set(named.map((option) => option.trim()));
  headers.removeWhere((name) => HOP_BY_HOP.has(name) || (options.has(name) && !INDISPENSABLE.has(name)));
}

/** Nearly all of them: options that are no fields besides. */
function namesNothingElse(connection: string): boolean {
  return connection === 'keep-alive' || connection === 'close';
}
