import fc from 'fast-check';

/** Header fields by which a server can tell that a web page of another origin speaks, and how it has to answer. */
export interface WebPageRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly status: 403 | 421;
  readonly code: 'ORIGIN_REFUSED' | 'HOST_REFUSED';
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
/** None of them a name of the server. */
const foreignName = fc.oneof(
  word.map((name) => `${name}.example`),
  word.map((name) => `localhost.${name}`),
  word.map((name) => `${name}.localhost`),
  word.map((name) => `127.0.0.1.${name}.example`),
  fc.constantFrom('rebound.example.', '127.0.0.1.nip.example', 'xn--bcher-kva.example', '_', 'localhost..'),
);
const port = fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`);
const foreignAuthority = fc
  .tuple(foreignName, fc.oneof(fc.constant(''), port))
  .map((parts) => parts.join(''));

/**
 * What browsers send for pages of other origins, and what a page might make of it.
 *
 * @param authority what the server calls itself
 * @param options.rebound whether names that are not the server's own have to be refused as well
 */
export function webPageRequests(
  authority: string,
  { rebound }: { readonly rebound: boolean },
): fc.Arbitrary<WebPageRequest> {
  const [host = '', ownPort = ''] = authority.split(/:(?=\d+$)/);
  const site = fc.oneof(
    fc.constantFrom('cross-site', 'same-site', 'Same-Origin', 'same-origin, cross-site'),
    word,
  );
  const origin = fc.oneof(
    foreignAuthority.map((foreign) => `http://${foreign}`),
    foreignAuthority.map((foreign) => `https://${foreign}`),
    fc.constantFrom(
      'null',
      '',
      authority,
      `http://${host}`,
      `http://${host}:${Number(ownPort) - 1}`,
      `http://${authority}.example`,
      `http://${authority}/`,
      `http://somebody@${authority}`,
      `ws://${authority}`,
      `file://${authority}`,
      `http://${authority}, http://other.example`,
    ),
  );
  const refused = { status: 403, code: 'ORIGIN_REFUSED' } as const;
  const bySite = site.map((value) => ({ headers: { Host: authority, 'Sec-Fetch-Site': value }, ...refused }));
  const byOrigin = fc
    .tuple(
      origin,
      fc.constantFrom<Record<string, string>>(
        {},
        { 'Sec-Fetch-Site': 'same-origin' },
        { 'Sec-Fetch-Site': 'none' },
      ),
    )
    .map(([value, more]) => ({ headers: { Host: authority, Origin: value, ...more }, ...refused }));
  if (!rebound) return fc.oneof(bySite, byOrigin);
  // To the browser such a page is of the same origin: its own name leads here now.
  const byHost = fc.tuple(foreignAuthority, fc.boolean()).map(([foreign, honest]) => ({
    headers: {
      Host: foreign,
      ...(honest ? { Origin: `http://${foreign.replace(/:80$/, '')}`, 'Sec-Fetch-Site': 'same-origin' } : {}),
    },
    status: 421 as const,
    code: 'HOST_REFUSED' as const,
  }));
  return fc.oneof(bySite, byOrigin, byHost);
}
