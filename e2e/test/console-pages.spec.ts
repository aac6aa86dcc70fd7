import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { latencyBucket } from '@rollcall/contracts/latency-buckets';
import { eventually } from '@rollcall/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { seriousViolations } from '../src/accessibility';
import { chromiumIsInstalled, openTab, startBrowser, type RealBrowser } from '../src/browser';
import { startCluster, type Cluster } from '../src/cluster';
import { consolePage } from '../src/console-page';
import { expectAnswer, json } from '../src/expect-answer';
import { startLoad } from '../src/load';
import { startRawInstance, type RawInstance } from '../src/raw-instance';
import { espressoCup, orderOf } from '../src/shop';

const PAGES = [
  '',
  '?wall',
  '?group=zone&q=product',
  'services/product',
  'services/flaky?i=flaky-bad',
  'services/no-such-service',
  'topology',
  'topology?table=on',
  'topology?by=zones',
  'events',
  'routes',
  'explain?path=/products',
  'gateways',
  'doctor',
];
/** What a count may be off by. */
const SHARE = 0.1;

/** Longer than reports take to come, each at its own time. */
const REPORTED = { timeoutMs: 20_000, everyMs: 200 };

/** Of one moment. */
interface PanelTexts {
  readonly legend: string;
  readonly facts: readonly string[];
  readonly worst: string;
}

const PANEL_TEXTS = `(() => {
  const texts = (selector) => [...document.querySelectorAll('.tpanel ' + selector)].map((one) => one.textContent);
  return { legend: texts('.legend')[0] ?? '', facts: texts('.trio b'), worst: texts('tbody tr')[0] ?? '' };
})()`;

/** The page where it has to be scrolled sideways, and each table that its frame cuts off. */
const OVERFLOWING = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const isCut = (table) => {
    const frame = table.parentElement;
    return !/auto|scroll/.test(getComputedStyle(frame).overflowX) && table.offsetWidth > frame.clientWidth + 1;
  };
  const cut = [...document.querySelectorAll('main table')].filter(isCut).map((table) =>
    'table.' + table.className + ' ' + table.offsetWidth + ' in ' + table.parentElement.clientWidth);
  return scrollWidth > clientWidth ? ['page ' + scrollWidth + ' in ' + clientWidth, ...cut] : cut;
})()`;

interface Counted {
  readonly total: number;
  readonly failed: number;
  /** The instance that fails most. */
  readonly worst: string;
}

/** What `GET /upstreams` of a gateway says, as far as it is used here. */
interface Upstreams {
  readonly upstreams: readonly { readonly service: string }[];
}

/** A service that takes its time, and whose second instance fails at every fourth request. */
interface Flaky {
  readonly failing: string;
  /** Of all requests so far, milliseconds from the request to its answer. */
  readonly took: readonly number[];
  failed(): number;
  stop(): void;
}

async function startFlaky(registryUrl: string): Promise<Flaky> {
  const took: number[] = [];
  const servers: Server[] = [];
  const instances: RawInstance[] = [];
  let [failed, seen] = [0, 0];
  for (const id of ['flaky-good', 'flaky-bad']) {
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/flaky') !== true) return void response.end('{}');
      const begun = performance.now();
      setTimeout(() => {
        const fails = id === 'flaky-bad' && ++seen % 4 === 0;
        if (fails) failed += 1;
        took.push(performance.now() - begun);
        response.writeHead(fails ? 500 : 200).end('{}');
      }, 40);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    instances.push(
      await startRawInstance(registryUrl, {
        instance_id: id,
        service_name: 'flaky',
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        version: id,
        routes: [{ path_prefix: '/flaky' }],
      }),
    );
  }
  return {
    failing: 'flaky-bad',
    took,
    failed: () => failed,
    stop() {
      for (const instance of instances) instance.vanish();
      for (const server of servers) server.closeAllConnections();
      for (const server of servers) server.close();
    },
  };
}

(chromiumIsInstalled ? describe : describe.skip)('the pages of the console', () => {
  let cluster: Cluster;
  let browser: RealBrowser;
  let profile: BrowserContext;
  let flaky: Flaky;

  const open = (path: string) => openTab(profile, `${cluster.registryUrl}/ui/${path}`);
  const ready = async (page: Page): Promise<void> => {
    await consolePage(page).live();
    await page.locator('main h1').waitFor({ state: 'attached' });
  };

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([
      // An instance that only this suite stands for sends no heartbeats.
      startCluster({ registry: { LEASE_TTL_SECONDS: '3600' } }),
      startBrowser(),
    ]);
    profile = await browser.profile({ reducedMotion: 'reduce' });
    await Promise.all([cluster.add('product'), cluster.add('order')]);
    flaky = await startFlaky(cluster.registryUrl);
    // No request goes there before those that are counted.
    await eventually(async () => {
      const { upstreams } = (await expectAnswer(`${cluster.adminUrl}/upstreams`, 200)) as Upstreams;
      return upstreams.filter(({ service }) => service === 'flaky').length === 2;
    });
  });

  afterAll(async () => {
    flaky?.stop();
    await browser?.close();
    await cluster?.stop();
  });

  describe.each(['dark', 'light'])('in the %s theme', (theme) => {
    it.each(PAGES)('/ui/%s has no serious fault of accessibility, and keeps to its policy', async (path) => {
      const { page, faults } = await open(`${path}${path.includes('?') ? '&' : '?'}theme=${theme}`);
      await ready(page);

      expect(await seriousViolations(page)).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });
  });

  it.each([480, 1280, 1440, 1920])(
    'fit into a window of %i pixels, each table into its frame',
    async (width) => {
      const { page } = await open('');
      await page.setViewportSize({ width, height: 900 });
      for (const path of PAGES) {
        await page.goto(`${cluster.registryUrl}/ui/${path}`);
        await ready(page);
        expect({ path, overflowing: await page.evaluate<readonly string[]>(OVERFLOWING) }).toEqual({
          path,
          overflowing: [],
        });
      }
      await page.close();
    },
  );

  const focused = (page: Page, selector: string) => page.locator(`${selector}:focus`).waitFor();
  const tabTo = async (page: Page, selector: string): Promise<void> => {
    for (let step = 0; step < 80; step += 1) {
      await page.keyboard.press('Tab');
      if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    }
    throw new Error(`80 times Tab, and ${selector} is not reached`);
  };

  it('can be used by keyboard alone', async () => {
    const { page, faults } = await open('');
    await ready(page);

    /** The second key has to come soon after the first, which a busy machine may not manage. */
    const goBy = (key: string, path: string) =>
      eventually(async () => {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        return new URL(page.url()).pathname === path;
      });

    await page.keyboard.press('/');
    await focused(page, '#filter');
    await page.keyboard.type('order');
    await page.waitForURL(/q=order/);
    await page.keyboard.press('Escape');

    await goBy('t', '/ui/topology');
    await page.locator('.node').first().waitFor();
    await tabTo(page, '.node');
    await page.keyboard.press('Enter');
    await page.locator('.tpanel').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.tpanel').waitFor({ state: 'detached' });

    await goBy('e', '/ui/events');
    await page.locator('.opener').first().waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/at=\d+/);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('at'));
    await tabTo(page, '.opener');
    await page.keyboard.press('Enter');
    await page.locator('tr.step').first().waitFor();

    await goBy('x', '/ui/explain');
    await page.locator('input[name=path]').waitFor();
    await tabTo(page, 'input[name=path]');
    await page.keyboard.type('/orders/7');
    await page.keyboard.press('Enter');
    await page.waitForURL(/path=(%2F|\/)orders(%2F|\/)7/);

    expect(faults).toEqual([]);
    await page.close();
  });

  it('act by keyboard alone, in dialogs without a serious fault of accessibility', async () => {
    const spares = await Promise.all(
      ['spare-1', 'spare-2'].map((id) =>
        startRawInstance(cluster.registryUrl, {
          instance_id: id,
          service_name: 'spare',
          // A name that never resolves (RFC 6761).
          url: `http://${id}.invalid`,
        }),
      ),
    );
    const { page, faults } = await open('services/spare');
    await ready(page);
    const dialog = page.locator('dialog[open]');
    const isFaultless = async () => {
      await dialog.waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    };

    for (const keys of ['?', 'Control+k']) {
      await page.keyboard.press(keys);
      await isFaultless();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    await tabTo(page, 'main button:has-text("Drain")');
    await page.keyboard.press('Enter');
    await isFaultless();
    await tabTo(page, 'dialog button[type=submit]');
    await page.keyboard.press('Enter');
    await dialog.getByText('Close, let it go on').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.locator('main .st.draining').first().waitFor();

    expect(faults).toEqual([]);
    await page.close();
    for (const spare of spares) spare.vanish();
  });

  it('count what flows as the generator of the load counts it, and name the instance that fails', async () => {
    // Somebody looks from the start: the panels tell of the last minute, and reports come every two seconds.
    const [flakyPanel, productPanel] = [await panelOf('gateway→flaky'), await panelOf('order→product')];
    const took: number[] = [];
    const calls = startLoad(
      async () => {
        const begun = performance.now();
        await (await fetch(`${cluster.gatewayUrl}/flaky`)).arrayBuffer();
        took.push(performance.now() - begun);
      },
      { perSecond: 20 },
    );
    const order = json('POST', orderOf(espressoCup.id));
    const orders = startLoad(() => expectAnswer(`${cluster.gatewayUrl}/orders`, 201, order), {
      perSecond: 10,
    });
    await Promise.all([calls.more(100), orders.more(50)]);
    const [called, ordered] = await Promise.all([calls.stop(), orders.stop()]);
    expect([...called.failures, ...ordered.failures]).toEqual([]);

    const seen = await flakyPanel.hasCounted({
      total: flaky.took.length,
      failed: flaky.failed(),
      worst: flaky.failing,
    });
    // What the gateway measures lies between what the service took and what its caller waited, request by request. It is
    // counted by bucket, and shown rounded, which may lie in the next one.
    expect(latencyBucket(seen.p99)).toBeGreaterThanOrEqual(latencyBucket(percentile(flaky.took, 0.99)) - 1);
    expect(latencyBucket(seen.p99)).toBeLessThanOrEqual(latencyBucket(Math.max(...took)) + 1);

    await productPanel.hasCounted({ total: ordered.succeeded, failed: 0, worst: '' });
  });

  /** The panel of an edge, in a tab of its own. */
  async function panelOf(edge: string) {
    const isNear = (said: number, real: number) => Math.abs(said - real) <= real * SHARE;
    const { page } = await open(`topology?edge=${encodeURIComponent(edge)}`);
    await ready(page);
    /** Resolves once it has counted so many, and so many failures, most of them at this instance: reports come one by one. */
    const hasCounted = ({ total, failed, worst }: Counted) =>
      eventually(async () => {
        const said = await page.evaluate<PanelTexts>(PANEL_TEXTS);
        const bad = numberIn(/([\d\s.]+) 5xx/.exec(said.legend)?.[1]);
        const all = numberIn(/([\d\s.]+) answered/.exec(said.legend)?.[1]) + bad;
        if (!isNear(all, total) || !isNear(bad, failed) || !said.worst.includes(worst))
          throw new Error(`${edge}: ${JSON.stringify(said)} instead of ${total}, ${failed}, ${worst}`);
        return { p99: numberIn(said.facts[1]?.split('/')[1]) };
      }, REPORTED);
    return { hasCounted };
  }
});

function numberIn(text = '0'): number {
  return Number(text.replaceAll(/[^\d.]/g, ''));
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
}
