/**
 * `npm run console:screenshots [folder]`: pictures of every page of the console, dark and light, wide and narrow, of a demo fleet
 * at a real registry. To be looked at by who changes a page; nothing is asserted.
 */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { openTab, startBrowser } from '../src/browser';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';
import { startDemoFleet, type DemoFleet } from './demo-fleet';
import { DEMO_SHOP } from './demo-shop';

const PAGES: readonly (readonly [name: string, path: string])[] = [
  ['services', ''],
  ['service', 'services/payment'],
  ['topology', 'topology'],
  ['topology-edge', 'topology?edge=order→payment'],
  ['zones', 'topology?by=zones'],
  ['events', 'events?range=15m'],
  ['routes', 'routes'],
  ['explain', 'explain?path=/orders/7&method=POST'],
  ['gateways', 'gateways'],
  ['doctor', 'doctor'],
];
const SIZES = { wide: { width: 1600, height: 900 }, narrow: { width: 420, height: 850 } } as const;
const THEMES = ['dark', 'light'] as const;
/** Until the curves have a shape. */
const REPORTS = 20;
const REPORT_EVERY_MS = 1000;

async function main(): Promise<void> {
  const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'rollcall-console-')));
  await mkdir(folder, { recursive: true });
  const cluster = await startCluster();
  const browser = await startBrowser();
  const fleet = await startDemoFleet(cluster.registryUrl, DEMO_SHOP);
  try {
    await fleet.report();
    await makeTrouble(cluster, fleet);
    for (let report = 0; report < REPORTS; report += 1) {
      await new Promise((resolve) => setTimeout(resolve, REPORT_EVERY_MS));
      await fleet.report();
    }
    const profile = await browser.profile();
    for (const [name, path] of PAGES) await takePictures(profile, { cluster, fleet, folder, name, path });
    process.stdout.write(`${folder}\n`);
  } finally {
    await fleet.stop();
    await browser.close();
    await cluster.stop();
  }
}

/** What the pages have to show: an override, a drain, and instances that fall silent. */
async function makeTrouble({ registryUrl }: Cluster, fleet: DemoFleet): Promise<void> {
  const lastOf = (service: string): string => fleet.of(service).at(-1)?.record.instance_id ?? '';
  const out = { status: 'out_of_service', reason: 'heap dump, back by 15:00', for_ms: 600_000 };
  const outUrl = `${registryUrl}/instances/${lastOf('recommend')}/override?service=recommend`;
  await expectAnswer(outUrl, 200, json('PUT', out));
  fleet.of('pricing').at(-1)?.fallSilent();
  await expectAnswer(`${registryUrl}/instances/${lastOf('order')}/drain?wait_ms=0`, 200, json('POST', {}));
  for (const instance of fleet.of('inventory').slice(1)) instance.fallSilent();
}

interface Picture {
  readonly cluster: Cluster;
  readonly fleet: DemoFleet;
  readonly folder: string;
  readonly name: string;
  readonly path: string;
}

async function takePictures(profile: BrowserContext, picture: Picture): Promise<void> {
  const { cluster, fleet, folder, name, path } = picture;
  for (const theme of THEMES) {
    const { page, faults } = await openTab(
      profile,
      `${cluster.registryUrl}/ui/${path}${path.includes('?') ? '&' : '?'}theme=${theme}`,
    );
    await page.locator('.chip.live').waitFor();
    await fleet.report();
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.waitForTimeout(REPORT_EVERY_MS);
      await page.screenshot({ path: join(folder, `${name}-${theme}-${size}.png`) });
    }
    for (const fault of faults) process.stderr.write(`${name}: ${fault}\n`);
    await page.close();
  }
}

void main();
