import type { BrowserContext, Page } from 'playwright-core';
import { freePort, localUrl, startApp } from '../src/app-process';
import { chromiumIsInstalled, openTab, startBrowser, type RealBrowser, type Tab } from '../src/browser';
import { startCluster, type Cluster } from '../src/cluster';

const TOKEN = 'an-admin-token-of-a-gateway';

describe.each([
  ['one process', {}],
  ['two workers', { GATEWAY_WORKERS: '2' }],
])('the console at the admin port of a gateway of %s', (_size, settings) => {
  (chromiumIsInstalled ? describe : describe.skip)('in a browser', () => {
    let cluster: Cluster;
    let browser: RealBrowser;
    let profile: BrowserContext;
    let tab: Tab;
    let page: Page;

    beforeAll(async () => {
      cluster = await startCluster({ gateway: { ADMIN_TOKEN: TOKEN, ...settings } });
      [browser] = await Promise.all([startBrowser(), cluster.add('product')]);
    });

    beforeEach(async () => {
      profile = await browser.profile();
      tab = await openTab(profile, `${cluster.adminUrl}/ui/#t=${TOKEN}`);
      page = tab.page;
      await page.locator('.chip.live').waitFor();
      await page.locator('a.name', { hasText: 'product' }).waitFor();
    });

    afterEach(async () => {
      await profile.close();
      expect(tab.faults).toEqual([]);
    });

    afterAll(async () => {
      await browser?.close();
      await cluster?.stop();
    });

    const open = (title: string) =>
      page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();
    const heading = (title: string) => page.getByRole('heading', { name: title, level: 1 }).waitFor();

    it('offers the pages that a gateway can fill, and says where the registry has the others', async () => {
      const names = await page.locator('nav a.nav').allTextContents();
      expect(names.map((name) => name.replace(/g .$/, ''))).toEqual([
        'Services',
        'Routes',
        'Explain a request',
        'Gateways',
        'Doctor',
      ]);

      for (const path of ['events', 'topology']) {
        await page.goto(`${cluster.adminUrl}/ui/${path}#t=${TOKEN}`);
        await page.locator('main').getByText('only a registry knows').waitFor();
        const link = page.locator('main').getByRole('link', { name: `${cluster.registryUrl}/ui/` });
        await link.waitFor();
        expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
      }
    });

    it('shows the routes in force', async () => {
      await open('Routes');
      await page.getByRole('row', { name: /\/products .*product announced/ }).waitFor();
      await page.getByText('in force at 1 gateway').waitFor();
    });

    it('explains a request', async () => {
      await page.goto(`${cluster.adminUrl}/ui/explain?path=/products/1#t=${TOKEN}`);
      await page.getByText('this gateway').first().waitFor();
      await page.locator('main').getByText('forwarded').first().waitFor();
    });

    it('shows the gateway itself, what it makes of the instances, and its settings without secrets', async () => {
      await open('Gateways');
      await page.getByText('● synced').waitFor();
      await page.getByRole('button', { name: 'this gateway' }).click();
      await page.getByText('HOLD_TIMEOUT_MS').waitFor();
      await page
        .getByRole('region', { name: /^Instances as/ })
        .getByText('product')
        .first()
        .waitFor();
      expect(await page.locator('main').textContent()).not.toMatch(TOKEN);
    });

    it('examines itself, and says who examines the rest', async () => {
      await open('Doctor');
      await page.getByText('Every route leads to an instance').waitFor();
      await page.getByText('The gateway has had everything from a registry').waitFor();
      await page.getByText('are examined by the console of the registry').waitFor();
      await page
        .locator('main')
        .getByRole('link', { name: `${cluster.registryUrl}/ui/` })
        .waitFor();
      expect(await page.locator('li.fail').count()).toBe(0);
    });

    it('ejects an instance and restores it, and cannot change the catalog', async () => {
      await page.locator('a.name', { hasText: 'product' }).click();
      await heading('product');
      const drain = page.getByRole('button', { name: /^Drain/ }).first();
      await drain.waitFor();
      expect(await drain.isDisabled()).toBe(true);

      await page.goto(`${cluster.adminUrl}/ui/gateways?g=this%20gateway#t=${TOKEN}`);
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: 'Eject…' }).click();
      await dialog.getByLabel(/^Reason/).fill('new disk');
      // It is the last one that is up.
      await dialog.getByLabel(/^To confirm/).fill('product');
      await dialog.getByRole('button', { name: 'Eject', exact: true }).click();
      await dialog.getByText('this gateway: ejected.').waitFor();
      await page.keyboard.press('Escape');
      await page.getByText('by hand: new disk').waitFor();
      await page.getByRole('button', { name: 'Restore…' }).click();
      await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
      await dialog.getByText('this gateway: restored.').waitFor();
    });
  });
});

(chromiumIsInstalled ? describe : describe.skip)('who asks a gateway by its console', () => {
  let cluster: Cluster;
  let browser: RealBrowser;

  beforeAll(async () => {
    cluster = await startCluster({ gateway: { ADMIN_TOKEN: TOKEN } });
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  });

  it('is asked for the token of the gateway, and hears when it is wrong', async () => {
    const profile = await browser.profile();
    const { page } = await openTab(profile, `${cluster.adminUrl}/ui/gateways`);
    await page.getByText('ADMIN_TOKEN of this gateway').waitFor();
    const field = page.locator('input[type=password]');
    await field.fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Send ADMIN_TOKEN').waitFor();
    await field.fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByText('● synced').waitFor();
    await profile.close();
  });

  it('sees what it knows while no registry is there, and that it has heard from none', async () => {
    const healthPort = await freePort();
    const env = { ADMIN_PORT: String(healthPort), REGISTRY_URL: localUrl(await freePort()), DATA_DIR: 'off' };
    const gateway = startApp({ app: 'gateway', port: await freePort(), env, healthPort });
    const profile = await browser.profile();
    await gateway.live();
    const { page } = await openTab(profile, `${gateway.healthUrl}/ui/`);
    await page.getByText('This gateway knows no service yet').waitFor();
    await page.goto(`${gateway.healthUrl}/ui/doctor`);
    await page.locator('li.fail').getByText('has not had everything from a registry').waitFor();
    await profile.close();
    await gateway.end('SIGKILL');
  });
});
