import fc from 'fast-check';
import { aPolicyRequest, aRoute, byPeer, decided } from '../../test/support/a-policy-request';
import { headerListOf } from '../headers/header-list';
import type { Route } from '../routing/route';
import { upstreamPath } from '../routing/upstream-path';
import { locationPolicy } from './location';
import type { PolicyRequest } from './policy';
import { rewritePolicy } from './rewrite';

const INSTANCE = 'http://10.0.0.5:8081';
const SHOP = 'http://shop.example';

interface Given {
  readonly prefix?: string;
  /** What the prefix is replaced by; taken off when absent. */
  readonly rewrite?: string | undefined;
  readonly basePath?: string;
  /** What the caller has asked for. */
  readonly path?: string;
  readonly origin?: string;
  readonly facts?: Partial<PolicyRequest['facts']>;
  readonly headers?: Readonly<Record<string, string>>;
}

function routeFor({ prefix = '/shop/api', rewrite }: Given): Route {
  return aRoute({
    pathPrefix: prefix,
    stripPrefix: rewrite === undefined,
    policy: { rewritesLocation: true, ...(rewrite === undefined ? {} : { rewritePrefix: rewrite }) },
  });
}

/** What the caller reads for what the instance says. */
function seen(said: readonly string[], given: Given = {}): readonly string[] {
  const { path = `${given.prefix ?? '/shop/api'}/list`, basePath = '', origin = INSTANCE } = given;
  const plain = aPolicyRequest({ path, ...(given.headers && { headers: given.headers }) });
  const request = { ...plain, facts: { ...plain.facts, ...given.facts } };
  const route = routeFor(given);
  const { decisions } = decided(locationPolicy, route, request);
  const rewritten =
    given.rewrite === undefined ? undefined : decided(rewritePolicy, route, request).decisions;
  if (rewritten !== undefined) decisions.target = rewritten.target;
  const fields = headerListOf(said);
  for (const edit of decisions.responseEdits) edit(fields, { origin, basePath });
  return fields.toRaw();
}

const location = (value: string, given?: Given): string => seen(['Location', value], given)[1] ?? '';

describe('the location policy', () => {
  it.each([
    ['a path', '/login?next=%2F#top', '/shop/api/login?next=%2F#top'],
    ['the root', '/', '/shop/api/'],
    ['a path with the prefix already', '/shop/api/login', '/shop/api/login'],
    ['the prefix itself', '/shop/api?x', '/shop/api?x'],
    ['what only begins like the prefix', '/shop/apiary', '/shop/api/shop/apiary'],
    ['an own URL', `${INSTANCE}/login?x=1`, '/shop/api/login?x=1'],
    ['an own URL in other spelling', 'HTTP://10.0.0.5:8081/login', '/shop/api/login'],
    ['an own URL without a path', `${INSTANCE}?x`, '/shop/api/?x'],
    ['an own URL without a scheme', '//10.0.0.5:8081/login', '/shop/api/login'],
    ['a URL of the host that was asked for', `${SHOP}/login`, `${SHOP}/shop/api/login`],
    [
      'the same by another scheme',
      'https://Shop.Example:443/login',
      'https://Shop.Example:443/shop/api/login',
    ],
    ['the same without a scheme', '//shop.example/login', '//shop.example/shop/api/login'],
    ['the same without a path', SHOP, `${SHOP}/shop/api/`],
    ['the same with the prefix already', `${SHOP}/shop/api/login`, `${SHOP}/shop/api/login`],
    ['dot segments', '/../a/./login', '/shop/api/a/login'],
    ['encoded dot segments', '/%2e%2E/login', '/shop/api/login'],
    ['bytes that are no ASCII', '/Zo\u00eb', '/shop/api/Zo\u00eb'],
    ['a path that climbs out of the prefix', '../../login', '/shop/api/login'],
  ])('puts the prefix back into %s', (_, said, expected) => {
    expect(location(said)).toBe(expected);
  });

  it.each([
    ['another host', 'https://evil.example/login'],
    ['another host without a scheme', '//evil.example/login'],
    ['another port of the instance', 'http://10.0.0.5:8082/login'],
    ['another scheme at the instance', 'https://10.0.0.5:8081/login'],
    ['another port of the host that was asked for', 'http://shop.example:8080/login'],
    ['another port by default', 'http://shop.example:443/login'],
    ['user information', 'http://shop.example@evil.example/login'],
    ['user information in front of the host', 'http://me@shop.example/login'],
    ['an empty authority', 'http:///login'],
    ['backslashes for slashes', '/\\evil.example/login'],
    ['backslashes within', '/a\\..\\login'],
    ['no URL of the web', 'mailto:me@shop.example'],
    ['a scheme without an authority', 'http:login'],
    ['nothing', ''],
    ['a query alone', '?page=2'],
    ['a fragment alone', '#top'],
    ['a name beside the page', 'other?x#y'],
    ['a name in a folder of the page', './other/7'],
  ])('leaves %s as it is', (_, said) => {
    expect(location(said)).toBe(said);
  });

  it.each<[string, string, Given, string]>([
    ['a rewritten prefix', '/orders/7', { prefix: '/v1/orders', rewrite: '/orders' }, '/v1/orders/7'],
    ['a rewritten prefix itself', '/orders?x', { prefix: '/v1/orders', rewrite: '/orders' }, '/v1/orders?x'],
    ['what is not beneath it', '/carts/7', { prefix: '/v1/orders', rewrite: '/orders' }, '/carts/7'],
    ['what only begins like it', '/orders2', { prefix: '/v1/orders', rewrite: '/orders' }, '/orders2'],
    ['a prefix within the new one', '/api/7', { prefix: '/api/v2', rewrite: '/api' }, '/api/v2/7'],
    ['a new prefix within it', '/api/v2/7', { prefix: '/api', rewrite: '/api/v2' }, '/api/7'],
    ['a prefix for every path', '/app/7', { prefix: '/', rewrite: '/app' }, '/7'],
    ['the same itself', '/app?x', { prefix: '/', rewrite: '/app' }, '/?x'],
    [
      'the same, never as another host',
      '/app//evil.example',
      { prefix: '/', rewrite: '/app' },
      '/evil.example',
    ],
    [
      'the same, not for an own URL either',
      `${INSTANCE}//evil.example`,
      { prefix: '/', rewrite: '/app' },
      '/evil.example',
    ],
    ['a base path', '/base/login', { basePath: '/base' }, '/shop/api/login'],
    ['what is outside of a base path', '/login', { basePath: '/base' }, '/login'],
    [
      'a base path and a rewrite',
      '/base/orders/7',
      { basePath: '/base', prefix: '/o', rewrite: '/orders' },
      '/o/7',
    ],
    ['a name beside the prefix itself', 'login', { path: '/shop/api' }, '/shop/api/login'],
    ['a default port', 'http://10.0.0.6:80/a', { origin: 'http://10.0.0.6' }, '/shop/api/a'],
    ['IPv6', 'https://[fd00::5]:8443/a', { origin: 'https://[fd00::5]:8443' }, '/shop/api/a'],
  ])('of %s: %s', (_, said, given, expected) => {
    expect(location(said, given)).toBe(expected);
  });

  it('believes a trusted proxy about the host and the prefix in front of this one', () => {
    const headers = { 'X-Forwarded-Prefix': '/outer', 'X-Forwarded-Host': 'www.shop.example' };
    const trusted = { headers, facts: { peerTrusted: true } };
    const stranger = { headers };
    expect(location('/outer/shop/api/a', trusted)).toBe('/outer/shop/api/a');
    expect(location('/outer/shop/api/a', stranger)).toBe('/shop/api/outer/shop/api/a');
    expect(location('https://www.shop.example/a', trusted)).toBe('https://www.shop.example/shop/api/a');
    expect(location('https://www.shop.example/a', stranger)).toBe('https://www.shop.example/a');
  });

  it('sees to every field that says where something is, where it stands', () => {
    const fields = [
      'Content-Location',
      '/7',
      'Set-Cookie',
      'a=1; Path=/',
      'X',
      '/7',
      'set-cookie',
      'b=2; path=/b',
    ];
    expect(seen(fields)).toEqual([
      ...['Content-Location', '/shop/api/7', 'Set-Cookie', 'a=1; Path=/shop/api'],
      ...['X', '/7', 'set-cookie', 'b=2; path=/shop/api/b'],
    ]);
  });

  it("leaves the gateway's own answers alone", () => {
    const { decisions } = decided(locationPolicy, routeFor({}), aPolicyRequest());
    const fields = headerListOf(['Location', '/login']);
    for (const edit of decisions.responseEdits) edit(fields);
    expect(fields.get('location')).toBe('/login');
  });

  it('is nothing for a route that hides no prefix', () => {
    const route = aRoute({ policy: { rewritesLocation: true } });
    expect(locationPolicy.compile(route, byPeer)).toBeUndefined();
  });

  const segment = fc.stringMatching(/^[a-z0-9%._~-]{1,3}$/).filter((text) => !/^\.+$|%/.test(text));
  const prefix = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
  const deeper = fc
    .array(fc.oneof(segment, fc.constant('')), { maxLength: 4 })
    .map((parts) => parts.map((part) => `/${part}`).join(''));
  const form = fc.constantFrom('path', 'own URL', 'URL of the host', 'relative');

  it('leads a caller to the very path that the instance means', () => {
    const world = fc.record({
      prefix: fc.oneof(prefix, fc.constant('/')),
      rewrite: fc.option(prefix, { nil: undefined }),
      basePath: fc.oneof(prefix, fc.constant('')),
      asked: deeper,
      meant: deeper,
      form,
    });
    fc.assert(
      fc.property(world, ({ prefix, rewrite, basePath, asked, meant, form }) => {
        fc.pre(prefix !== '/' || rewrite !== undefined);
        const route = routeFor({ prefix, ...(rewrite !== undefined && { rewrite }) });
        const ours = prefix === '/' ? '' : prefix;
        const theirs = basePath + (rewrite ?? '');
        const callersUrl = `${SHOP}${ours}${asked || '/'}`;
        const instancePath = `${theirs}${meant || '/'}`;
        // Said in the callers' words, and left as it is: of what begins with both prefixes the longer one decides.
        fc.pre(!isBeneath(instancePath, ours) || ours.length < theirs.length);
        // `//x` is no path by itself, and two slashes become one where nothing stands in front of them.
        fc.pre(!`${ours}${meant}`.startsWith('//') && !(rewrite === undefined && meant.startsWith('//')));
        fc.pre(!instancePath.startsWith('//') && !asked.startsWith('//'));

        const said = {
          path: instancePath,
          'own URL': `${INSTANCE}${instancePath}`,
          'URL of the host': `${SHOP}${instancePath}`,
          relative: relativeTo(`${theirs}${asked || '/'}`, instancePath),
        }[form];
        const next = new URL(
          location(said, { prefix, rewrite, basePath, path: ours + (asked || '/') }),
          callersUrl,
        );

        expect(next.origin).toBe(SHOP);
        expect(isBeneath(next.pathname, ours)).toBe(true);
        expect(askedOf(route, next.pathname, basePath)).toBe(instancePath);
      }),
      { numRuns: 2000 },
    );
  });

  it('breaks at nothing that an instance may say, and never leads to a host that it does not name', () => {
    const texts = fc
      .array(
        fc.oneof(
          fc.constantFrom('/', '\\', ':', '//', '..', '?', '#', 'http', 'evil', '%2e', '@', INSTANCE, SHOP),
          fc.string(),
        ),
      )
      .map((parts) => parts.join(''));
    const routes = fc.constantFrom<Given>(
      {},
      { prefix: '/', rewrite: '/evil' },
      { prefix: '/a', rewrite: '/' },
    );
    fc.assert(
      fc.property(texts, routes, (said, given) => {
        const answered = location(said, given);
        const hosts = (origin: string, text: string): readonly string[] =>
          URL.canParse(text, origin) ? [new URL(text, origin).host] : [];
        const named = ['shop.example', ...hosts(INSTANCE, said)];
        for (const host of hosts(SHOP, answered)) expect(named).toContain(host);
        expect(seen(['Set-Cookie', said], given)).toHaveLength(2);
      }),
      { numRuns: 2000 },
    );
  });
});

/** What an instance is asked for when a caller asks for `path`. */
function askedOf(route: Route, path: string, basePath: string): string {
  const { policy } = route;
  const request = aPolicyRequest({ path });
  const { target } =
    policy.rewritePrefix === undefined ? request : decided(rewritePolicy, route, request).decisions;
  return upstreamPath(route, target, basePath);
}

function isBeneath(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** A reference without a leading slash from one path to another. */
function relativeTo(from: string, to: string): string {
  return './' + '../'.repeat(from.split('/').length - 2) + to.slice(1);
}
