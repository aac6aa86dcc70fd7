import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { EventsResponse, Instance, RegistryResponse } from '@rollcall/contracts';
import { eventually, timeScale } from '@rollcall/testing';
import type { BrowserContext } from 'playwright-core';
import { startWideFleet, type WideFleet } from '../console/wide-fleet';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { chromiumIsInstalled, openTab, startBrowser, type RealBrowser, type Tab } from '../src/browser';
import { startCluster, type Cluster } from '../src/cluster';
import { consolePage, type ConsolePage } from '../src/console-page';
import { expectAnswer, json } from '../src/expect-answer';
import { vouchedFor } from '../src/explained';
import { startRawInstance, type RawInstance } from '../src/raw-instance';

/** No lease runs down while this suite runs: what is shown of an instance comes from its session, or from an operator. */
const LASTING_LEASES = { LEASE_TTL_SECONDS: '3600' };

(chromiumIsInstalled ? describe : describe.skip)('the console, in a real browser', () => {
  let cluster: Cluster;
  let browser: RealBrowser;
  let profile: BrowserContext;
  let tabs: readonly (Tab & ConsolePage)[];
  let remotes: readonly RawInstance[] = [];

  const ui = (path = '') => `${cluster.registryUrl}/ui/${path}`;
  const open = async (path = ''): Promise<Tab & ConsolePage> => {
    const tab = await openTab(profile, ui(path));
    return { ...tab, ...consolePage(tab.page) };
  };
  const change = (method: string, path: string, body: object = {}) =>
    expectAnswer(`${cluster.registryUrl}${path}`, 200, json(method, body));
  const inEveryTab = <T>(look: (tab: Tab & ConsolePage) => Promise<T>) => Promise.all(tabs.map(look));

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([startCluster({ registry: LASTING_LEASES }), startBrowser()]);
    profile = await browser.profile();
    await cluster.add('hello');
    // A name that never resolves (RFC 6761): nobody refuses there, and nobody is there.
    remotes = await Promise.all(
      Array.from({ length: 10 }, (_, each) =>
        startRawInstance(cluster.registryUrl, {
          instance_id: `remote-${each}`,
          service_name: 'remote',
          url: `http://remote-${each}.invalid`,
        }),
      ),
    );
    tabs = [await open(), await open()];
    await inEveryTab((tab) => tab.live());
  });

  afterAll(async () => {
    for (const remote of remotes) remote.vanish();
    await browser?.close();
    await cluster?.stop();
  });

  /** One more process of hello, listed and vouched for by its session, and its id. */
  const addHello = async () => {
    const process = await cluster.add('hello');
    await eventually(async () => (await vouchedFor(cluster.registryUrl, 'hello')).includes(process.url));
    const listed = await cluster.discover('hello');
    const { instance_id: id } = listed.find(({ url }) => url === process.url) as Instance;
    await inEveryTab((tab) => tab.cellIs(id, ['up']));
    return { process, id };
  };

  it('shows the death of a process in two tabs within 2 s, over one connection', async () => {
    const { process, id } = await addHello();

    const seen = inEveryTab((tab) => tab.cellIs(id, ['suspect', 'gone']));
    const killedAt = Date.now();
    await process.end('SIGKILL');
    // By the pages' own clocks, which are this machine's.
    for (const at of await seen) expect(at - killedAt).toBeLessThan(2000 * timeScale);

    const { bounds } = (await expectAnswer(`${cluster.registryUrl}/registry`, 200)) as RegistryResponse;
    expect(bounds['MAX_LIVE']?.used).toBe(1);
    const told = await expectAnswer(`${cluster.registryUrl}/events?service=hello`, 200);
    const { events } = told as EventsResponse;
    const reasons = events.flatMap(({ instance_id, reason }) => (instance_id === id ? reason : []));
    expect(reasons).toContain('up → suspect: session_lost');
  });

  it('shows an override, and its end', async () => {
    const path = '/instances/remote-8/override?service=remote';
    await change('PUT', path, { status: 'out_of_service', reason: 'heap dump' });
    await inEveryTab((tab) => tab.cellIs('remote-8', ['out_of_service']));

    await change('DELETE', path);
    await inEveryTab((tab) => tab.cellIs('remote-8', ['up']));
  });

  it('shows a drain', async () => {
    await change('POST', '/instances/remote-9/drain?wait_ms=0');
    await inEveryTab((tab) => tab.cellIs('remote-9', ['draining']));
  });

  it('shows what a gateway has ejected, and what it has restored', async () => {
    const { id } = await addHello();
    const atGateway = (action: string, body: object) =>
      eventually(() =>
        expectAnswer(`${cluster.adminUrl}/upstreams/${id}/${action}`, 200, json('POST', body)),
      );

    await atGateway('eject', { reason: 'answers nonsense' });
    await inEveryTab((tab) => tab.cellIs(id, ['ejected']));

    await atGateway('restore', {});
    await inEveryTab((tab) => tab.cellIs(id, ['up']));
  });

  it('shows the mass-expiry guard', async () => {
    for (const remote of remotes.slice(0, 6)) remote.vanish();
    await inEveryTab(({ page }) =>
      page.getByText(/The mass-expiry guard keeps \d+ of \d+ instances of remote/).waitFor(),
    );
    await inEveryTab((tab) => tab.cellIs('remote-0', ['suspect']));
  });

  it('keeps what is registered text, whatever it holds', async () => {
    const script = '<img src=x onerror="document.title=1">';
    const hostile = await startRawInstance(cluster.registryUrl, {
      instance_id: 'hostile-1',
      service_name: 'hostile',
      url: 'http://hostile.invalid',
      version: '<s>1</s>',
      zone: script,
      tags: ['<i>'],
      routes: [{ path_prefix: '/hostile' }],
      metadata: { markup: script, direction: 'a\u202egnp.exe', link: 'javascript:document.title=1' },
    });
    for (const path of ['services/hostile?i=hostile-1', 'topology?by=zones', 'events', 'routes']) {
      const { page, faults } = await open(path);
      await page
        .getByText(/hostile|<img src=x/)
        .filter({ visible: true })
        .first()
        .waitFor();
      expect(await page.locator('img, main script, main s').count()).toBe(0);
      expect(await page.title()).toMatch(/Rollcall$/);
      expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
      expect(faults).toEqual([]);
      await page.close();
    }
    hostile.vanish();
  });

  describe('a page of another origin', () => {
    let server: Server;
    let origin: string;

    beforeAll(async () => {
      server = createServer((_request, response) =>
        response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>'),
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    });

    afterAll(() => {
      server.close();
    });

    it.each(['', "{ mode: 'no-cors' }"])('can read nothing: fetch(…, %s)', async (options) => {
      const { page } = await openTab(profile, origin);
      const read = await page.evaluate<string>(
        `fetch('${cluster.registryUrl}/services'${options && `, ${options}`}).then((answer) => answer.text(), () => '')`,
      );
      await page.close();

      expect(read).toBe('');
    });

    it('can do nothing, with a form or by script', async () => {
      const { page } = await openTab(profile, origin);
      const url = `${cluster.registryUrl}/instances/remote-7/drain?wait_ms=0`;
      await page.evaluate(`fetch('${url}', { method: 'POST', mode: 'no-cors' }).catch(() => undefined)`);
      const answered = page.waitForResponse(url);
      await page.evaluate(
        `{ const form = document.createElement('form'); form.method = 'post'; form.action = '${url}'; document.body.append(form); form.submit(); }`,
      );
      const { status } = await answered.then((response) => ({ status: response.status() }));
      await page.close();

      expect(status).toBe(403);
      expect((await cluster.discover('remote')).map(({ instance_id }) => instance_id)).toContain('remote-7');
    });

    it('cannot put the console into a frame', async () => {
      const { page } = await openTab(profile, origin);
      await page.evaluate(
        `new Promise((resolve) => { const frame = document.createElement('iframe'); frame.src = '${ui()}'; frame.onload = resolve; document.body.append(frame); })`,
      );
      const framed = page.frames().find((frame) => frame.url().startsWith(cluster.registryUrl));
      const shown = await framed?.locator('nav').count();
      await page.close();

      expect(shown ?? 0).toBe(0);
    });
  });
});

(chromiumIsInstalled ? describe : describe.skip)('the console, while its registry is away', () => {
  let cluster: Cluster;
  let browser: RealBrowser;

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([startCluster(), startBrowser()]);
    for (const service of ['hello', 'product'] as const) {
      const { url } = await cluster.add(service);
      await eventually(async () => (await vouchedFor(cluster.registryUrl, service)).includes(url));
    }
  });

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  });

  it('says that it is not live, and goes on by itself with the rows that it had', async () => {
    const { page } = await openTab(await browser.profile(), `${cluster.registryUrl}/ui/?sort=name`);
    await consolePage(page).live();
    const names = () => page.locator('table a.name').allTextContents();
    const before = await eventually(async () => {
      const shown = await names();
      return shown.length >= 2 && shown;
    });
    await page.evaluate("window.kept = document.querySelector('table a.name')");

    await cluster.registry().end('SIGKILL');
    await page.locator('.chip.lost').waitFor();
    await page.getByText('This is not live.').waitFor();
    expect(await names()).toEqual(before);

    await cluster.restartRegistry();
    await page.locator('.chip.live').waitFor();
    await page.getByText('This is not live.').waitFor({ state: 'detached' });
    expect(await names()).toEqual(before);
    // Neither was the page loaded again, nor were its rows made anew under the pointer.
    expect(await page.evaluate('window.kept.isConnected')).toBe(true);
  });
});

(chromiumIsInstalled ? describe : describe.skip)('the console of more services than a screen holds', () => {
  /** The last of the last row, by name as by zone. */
  const LAST = { service: 'service-0079', id: 'service-0079-9' };
  let registry: AppProcess;
  let browser: RealBrowser;
  let fleet: WideFleet;

  const override = (method: 'PUT' | 'DELETE') =>
    expectAnswer(
      `${registry.url}/instances/${LAST.id}/override?service=${LAST.service}`,
      200,
      json(method, method === 'PUT' ? { status: 'out_of_service', reason: 'heap dump' } : {}),
    );

  beforeAll(async () => {
    registry = startApp({
      app: 'registry',
      port: await freePort(),
      env: { DATA_DIR: 'off', REGISTRY_AUTH: 'off', LOG_LEVEL: 'error' },
    });
    [browser] = await Promise.all([startBrowser(), registry.ready()]);
    fleet = await startWideFleet(registry.url, 80);
  });

  afterAll(async () => {
    await browser?.close();
    fleet?.stop();
    await registry?.end('SIGKILL');
  });

  it.each(['?sort=name', '?sort=name&group=version', '?sort=name&window=60'])(
    'draws rows as they are scrolled to, with what has happened out of sight: %s',
    async (query) => {
      const { page, faults } = await openTab(await browser.profile(), `${registry.url}/ui/${query}`);
      const tab = consolePage(page);
      await tab.live();
      const link = (service: string) => page.locator('table.services a.name').getByText(service);
      await link('service-0000').waitFor();
      expect(await link(LAST.service).count()).toBe(0);

      await override('PUT');
      await page.locator('.kpi .legend').getByText('1 out').waitFor();
      await page.locator('table.services > tbody').last().scrollIntoViewIfNeeded();
      await link(LAST.service).waitFor();
      await tab.cellIs(LAST.id, ['out_of_service']);
      await link('service-0000').waitFor({ state: 'detached' });

      await override('DELETE');
      await tab.cellIs(LAST.id, ['up']);
      await page.locator('table.services > tbody').first().scrollIntoViewIfNeeded();
      await link('service-0000').waitFor();
      await link(LAST.service).waitFor({ state: 'detached' });
      expect(faults).toEqual([]);
      await page.close();
    },
  );
});
