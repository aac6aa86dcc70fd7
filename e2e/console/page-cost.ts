import type { CDPSession, Page } from 'playwright-core';
import { openTab, type RealBrowser } from '../src/browser';
import { consolePage } from '../src/console-page';
import { residentBytes } from '../src/footprint';

/** Milliseconds from the navigation until it was painted. */
export interface Start {
  readonly firstRowMs: number;
  readonly completeMs: number;
}

export interface PageCost {
  /** From the click until all rows are painted in another order. */
  readonly orderMs: number;
  readonly intervals: Percentiles;
  readonly work: Percentiles;
  /** Of one core, of the page's main thread; 0 to 1. */
  readonly busyShare: number;
  /** From time to time, the first before the changes are recorded and the last at the end. */
  readonly kept: readonly Kept[];
}

/** What is in memory, the page's after a garbage collection. */
export interface Kept {
  readonly heapMiB: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly registryMiB: number;
}

export interface Target {
  readonly url: string;
  readonly services: number;
  readonly registryPid: number;
}

type Percentiles = readonly [p50: number, p95: number, p99: number];

/** Rows come in bodies of so many; those that are out of sight are one empty row of the same height. */
const ROWS_OF_A_BODY = 20;
const SAMPLES = 6;
/** A browser loads pages of its own into a window that it opens: they are not ours to wait for. */
const WINDOW_OPENS_MS = 1000;
const ORDERS = ['Name', 'Traffic', 'Name', 'Traffic', 'Attention first'];

/** What follows a frame in the event loop comes when the frame is painted, or as good as that. */
const PAINTED = `const painted = (then) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = then;
  port2.postMessage(0);
});`;

const NOTE_START = (services: number) => `window.started = new Promise((resolve) => {
  ${PAINTED}
  const start = {};
  let isNoted = false;
  const observer = new MutationObserver(() => {
    const rows = document.querySelectorAll('table.services a.name').length;
    if (rows > 0 && !isNoted) {
      isNoted = true;
      painted(() => (start.firstRowMs = performance.now()));
    }
    if (rows < ${Math.min(services, ROWS_OF_A_BODY)}) return;
    if (document.querySelectorAll('table.services > tbody').length < ${Math.ceil(services / ROWS_OF_A_BODY)}) return;
    observer.disconnect();
    painted(() => resolve({ ...start, completeMs: performance.now() }));
  });
  observer.observe(document, { childList: true, subtree: true });
})`;

const RECORD_FRAMES = `{
  const mine = (window.recorded = { intervals: [], work: [] });
  const { port1, port2 } = new MessageChannel();
  let last, begun;
  port1.onmessage = () => mine.work.push(performance.now() - begun);
  const frame = () => {
    // The next recording has begun.
    if (window.recorded !== mine) return port1.close();
    const now = performance.now();
    if (last !== undefined) mine.intervals.push(now - last);
    last = begun = now;
    // First in each frame, so that what follows is all that is done in it.
    requestAnimationFrame(frame);
    port2.postMessage(0);
  };
  requestAnimationFrame(frame);
}`;

/** The median of several visits, each of a browser that has never been here, in a window that is open. */
export async function measureStarts(browser: RealBrowser, target: Target, visits: number): Promise<Start> {
  const starts: Start[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const profile = await browser.profile();
    const { page } = await openTab(profile, 'about:blank');
    await page.waitForTimeout(WINDOW_OPENS_MS);
    await page.addInitScript(NOTE_START(target.services));
    await page.goto(target.url);
    starts.push(await page.evaluate<Start>('window.started'));
    await profile.close();
  }
  return {
    firstRowMs: percentile(
      starts.map(({ firstRowMs }) => firstRowMs),
      0.5,
    ),
    completeMs: percentile(
      starts.map(({ completeMs }) => completeMs),
      0.5,
    ),
  };
}

/** The services' table for so many seconds, while the registry changes. */
export async function measurePage(browser: RealBrowser, target: Target, seconds: number): Promise<PageCost> {
  const profile = await browser.profile();
  const { page } = await openTab(profile, target.url);
  await consolePage(page).live();
  const session = await profile.newCDPSession(page);
  await session.send('Performance.enable');
  const orders: number[] = [];
  for (const order of ORDERS) orders.push(await inOrder(page, order));
  const kept = [await keptBy(session, target)];
  let [busySeconds, recordedSeconds] = [0, 0];
  const frames: { intervals: number[]; work: number[] } = { intervals: [], work: [] };
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const before = (await metricsOf(session)).taskSeconds;
    const begun = performance.now();
    await page.evaluate(RECORD_FRAMES);
    await page.waitForTimeout((seconds / SAMPLES) * 1000);
    const recorded = await page.evaluate<typeof frames>('window.recorded');
    busySeconds += (await metricsOf(session)).taskSeconds - before;
    recordedSeconds += (performance.now() - begun) / 1000;
    frames.intervals.push(...recorded.intervals);
    frames.work.push(...recorded.work);
    // Between the recordings: the collection would be a frame of its own.
    kept.push(await keptBy(session, target));
  }
  await profile.close();
  return {
    orderMs: percentile(orders, 0.5),
    intervals: percentiles(frames.intervals),
    work: percentiles(frames.work),
    busyShare: busySeconds / recordedSeconds,
    kept,
  };
}

function inOrder(page: Page, order: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    ${PAINTED}
    const begun = performance.now();
    [...document.querySelectorAll('.seg button')].find((one) => one.textContent === '${order}').click();
    painted(() => resolve(performance.now() - begun));
  })`);
}

async function keptBy(session: CDPSession, { registryPid }: Target): Promise<Kept> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, listeners } = await metricsOf(session);
  return {
    heapMiB: usedSize / 1024 ** 2,
    nodes,
    listeners,
    registryMiB: residentBytes(registryPid) / 1024 ** 2,
  };
}

/** `taskSeconds`: what the page's main thread has worked so far. */
async function metricsOf(session: CDPSession) {
  const { metrics } = await session.send('Performance.getMetrics');
  const valueOf = (metric: string) => metrics.find(({ name }) => name === metric)?.value ?? NaN;
  return {
    taskSeconds: valueOf('TaskDuration'),
    nodes: valueOf('Nodes'),
    listeners: valueOf('JSEventListeners'),
  };
}

function percentiles(values: readonly number[]): Percentiles {
  return [percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0.99)];
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
