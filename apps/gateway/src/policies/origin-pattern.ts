/** Whether an Origin is one of those that a route names. */
export type OriginTest = (origin: string) => boolean;

/** Scheme, host, port; `*` for one whole label of the host. */
const PATTERN =
  /^(https?:\/\/)((?:\*|[a-z0-9-]{1,63})(?:\.[a-z0-9-]{1,63}){0,20}|\[[0-9a-f:]{2,45}\])(:\d{1,5})?$/;

/** @returns what is wrong with an entry of `origins`, as the rest of a sentence */
export function originPatternFault(pattern: string): string | undefined {
  return pattern === '*' || PATTERN.test(pattern)
    ? undefined
    : 'is neither * nor an origin such as https://shop.example or https://*.shop.example';
}

/**
 * @param patterns each of them an origin as browsers spell it, one whose first label is `*`, or `*` for any.
 *   `https://*.shop.example` takes `https://a.shop.example`, and neither `https://shop.example` nor
 *   `https://a.b.shop.example`: a wider pattern would include names that its author did not have in mind.
 */
export function createOriginTest(patterns: readonly string[]): OriginTest {
  if (patterns.includes('*')) return () => true;
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const wild = patterns
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => {
      const [before = '', after = ''] = pattern.split('*');
      return { before, after };
    });
  return (origin) =>
    exact.has(origin) ||
    wild.some(
      ({ before, after }) =>
        origin.startsWith(before) &&
        origin.endsWith(after) &&
        /^[a-z0-9-]+$/.test(origin.slice(before.length, origin.length - after.length)),
    );
}
