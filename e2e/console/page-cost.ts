import type { CDPSession, Page } from 'playwright-core';
import { openTab, type RealBrowser } from '../src/browser';
import { consolePage } from '../src/console-page';

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
  /** After a garbage collection each. */
  readonly heapMiB: readonly number[];
}

export interface Target {
  readonly url: string;
  readonly services: number;
}

type Percentiles = readonly [p50: number, p95: number, p99: number];

/** Rows come in bodies of so many; those that are out of sight are one empty row of the same height. */
const ROWS_OF_A_BODY = 40;
const HEAP_SAMPLES = 6;
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
    if (window.recorded !== mine) return;
    const now = performance.now();
    if (last !== undefined) mine.intervals.push(now - last);
    last = begun = now;
    // First in each frame, so that what follows is all that is done in it.
    requestAnimationFrame(frame);
    port2.postMessage(0);
  };
  requestAnimationFrame(frame);
}`;

/** The median of several visits, each of a browser that has never been here. */
export async function measureStarts(browser: RealBrowser, target: Target, visits: number): Promise<Start> {
  const starts: Start[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const profile = await browser.profile();
    await profile.addInitScript(NOTE_START(target.services));
    const { page } = await openTab(profile, target.url);
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
  const heapMiB = [await heapOf(session)];
  let [busySeconds, recordedSeconds] = [0, 0];
  const frames: { intervals: number[]; work: number[] } = { intervals: [], work: [] };
  for (let sample = 0; sample < HEAP_SAMPLES; sample += 1) {
    const before = await taskSeconds(session);
    const begun = performance.now();
    await page.evaluate(RECORD_FRAMES);
    await page.waitForTimeout((seconds / HEAP_SAMPLES) * 1000);
    const recorded = await page.evaluate<typeof frames>('window.recorded');
    busySeconds += (await taskSeconds(session)) - before;
    recordedSeconds += (performance.now() - begun) / 1000;
    frames.intervals.push(...recorded.intervals);
    frames.work.push(...recorded.work);
    // Between the recordings: the collection would be a frame of its own.
    heapMiB.push(await heapOf(session));
  }
  await profile.close();
  return {
    orderMs: percentile(orders, 0.5),
    intervals: percentiles(frames.intervals),
    work: percentiles(frames.work),
    busyShare: busySeconds / recordedSeconds,
    heapMiB,
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

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1024 ** 2;
}

/** What the page's main thread has worked so far. */
async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
}

function percentiles(values: readonly number[]): Percentiles {
  return [percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0.99)];
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
