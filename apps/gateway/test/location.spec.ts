import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const ROUTES = `
version: 1
defaults: { location: rewrite }
routes:
  - { path_prefix: /shop, service: product, strip_prefix: true }
  - { path_prefix: /v1/orders, service: product, rewrite: { prefix: /orders } }
  - { path_prefix: /old, service: product, strip_prefix: true, location: off }
  - { path_prefix: /plain, service: product }
  - path_prefix: /fixed
    service: product
    strip_prefix: true
    response_headers: { set: { Location: /elsewhere } }
`;

describe('answers of instances that do not know their prefix', () => {
  let folder: string;
  let running: RunningGateway;
  let upstream: RunningUpstream;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-location-'));
    await writeFile(join(folder, 'routes.yaml'), ROUTES);
    running = await startGateway({ ROUTES_FILE: join(folder, 'routes.yaml') });
    upstream = await startUpstream((req, res) => {
      const { searchParams } = new URL(req.url ?? '', 'http://upstream');
      const to = searchParams.get('to');
      const cookies = searchParams.getAll('cookie');
      if (cookies.length > 0) res.setHeader('Set-Cookie', cookies);
      if (to === null) res.end(JSON.stringify({ url: req.url }));
      else res.writeHead(302, { Location: to, 'Content-Location': to }).end();
    });
    running.registry.list({ service_name: 'product', url: upstream.url });
    await eventually(async () => (await fetch(`${running.url}/plain`)).status === 200);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop()]);
    await rm(folder, { recursive: true });
  });

  const query = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
  const redirect = async (path: string, to: string) => {
    const { status, headers } = await fetch(`${running.url}${path}?${query({ to })}`, { redirect: 'manual' });
    return { status, location: headers.get('location'), content: headers.get('content-location') };
  };

  it.each([
    ['/shop/list', '/list/7?x=1', '/shop/list/7?x=1', '/list/7?x=1'],
    ['/shop', 'list', '/shop/list', '/list'],
    ['/shop/list/7', '../../basket', '/shop/basket', '/basket'],
    ['/v1/orders/7', '/orders/8', '/v1/orders/8', '/orders/8'],
    ['/v1/orders/7', '8', '/v1/orders/8', '/orders/8'],
  ])('lead who asked for %s and is sent to %s to %s', async (path, to, url, asked) => {
    const followed = await fetch(`${running.url}${path}?${query({ to })}`);
    expect(followed.url).toBe(running.url + url);
    expect(await followed.json()).toEqual({ url: asked });
  });

  it('lead back from the address of the instance, which callers do not reach', async () => {
    expect(await redirect('/shop/list', `${upstream.url}/list/7`)).toEqual({
      status: 302,
      location: '/shop/list/7',
      content: '/shop/list/7',
    });
  });

  it('keep the scheme and host by which they were asked for', async () => {
    const { host } = new URL(running.url);
    expect(await redirect('/shop/list', `https://${host}/list/7`)).toMatchObject({
      location: `https://${host}/shop/list/7`,
    });
  });

  it.each([
    ['another host', '/shop/list', 'https://example.org/list'],
    ['a path with the prefix', '/shop/list', '/shop/list/7'],
    ['a route that says off', '/old/list', '/list/7'],
    ['a route that hides no prefix', '/plain', '/list/7'],
  ])('are left alone for %s', async (_, path, to) => {
    expect(await redirect(path, to)).toMatchObject({ location: to, content: to });
  });

  it("come before the route's header rules, which have the last word", async () => {
    expect(await redirect('/fixed/list', '/list/7')).toMatchObject({
      location: '/elsewhere',
      content: '/fixed/list/7',
    });
  });

  it('set cookies for the paths that callers ask for, each by itself', async () => {
    const cookies = ['sid=1; Path=/; HttpOnly', 'cart=2; path=/cart', 'here=3', '__Host-x=4; Path=/; Secure'];
    const asked = cookies.map((cookie) => query({ cookie })).join('&');
    const { headers } = await fetch(`${running.url}/shop/list?${asked}`);
    expect(headers.getSetCookie()).toEqual([
      'sid=1; Path=/shop; HttpOnly',
      'cart=2; path=/shop/cart',
      'here=3',
      '__Host-x=4; Path=/; Secure',
    ]);
  });

  it('are shown as such to operators', async () => {
    const line = 'location: /shop is put back into Location, Content-Location and cookie paths';
    expect(await running.admin('/explain?path=/shop/list&method=GET')).toMatchObject({
      route: { policies: expect.arrayContaining([line]) },
    });
    expect(await running.admin('/explain?path=/plain&method=GET')).toMatchObject({ route: { policies: [] } });
    expect(await running.admin('/routes')).toMatchObject({
      routes: expect.arrayContaining([expect.objectContaining({ path_prefix: '/shop', policies: [line] })]),
    });
  });
});
