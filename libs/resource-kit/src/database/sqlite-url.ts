/**
 * The path that a `file:` URL names: `file:relative.db`, `file:/absolute.db` or `file:///absolute.db`, as SQLite and
 * everybody else write them.
 *
 * @returns `undefined` when it names none
 */
export function sqlitePath(url: string): string | undefined {
  const [, rest] = /^file:(.+)$/.exec(url) ?? [];
  if (rest === undefined || !rest.startsWith('//')) return rest;
  try {
    const { host, pathname } = new URL(url);
    return host === '' && pathname !== '/' ? decodeURIComponent(pathname) : undefined;
  } catch {
    return undefined;
  }
}
