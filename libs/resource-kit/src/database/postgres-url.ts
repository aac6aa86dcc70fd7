/**
 * What keeps a text from being the URL of a PostgreSQL database, `postgres://user:password@host:port/database`, as a
 * sentence's end. Never repeats the text: there may be a password in it.
 *
 * @returns `undefined` when nothing does
 */
export function postgresUrlFault(text: string): string | undefined {
  if (!isPostgresUrl(text) || !URL.canParse(text))
    return 'must be file:<path> or postgres://<host>/<database>';
  const url = new URL(text);
  if (url.pathname.length < 2) return 'must name a database: postgres://<host>/<database>';
  if (url.host === '' && !url.searchParams.has('host'))
    return 'must name a host: postgres://<host>/<database>';
  // Settings are printed with their password masked, which is looked for in one place only.
  if (url.searchParams.has('password')) return 'must carry its password before the @, not in its query';
  return undefined;
}

export function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text);
}
