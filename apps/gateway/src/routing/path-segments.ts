/** `/a/b` → `['a', 'b']`; `/` → `[]`. */
export function prefixSegments(pathPrefix: string): readonly string[] {
  return pathPrefix === '/' ? [] : pathPrefix.slice(1).split('/');
}
