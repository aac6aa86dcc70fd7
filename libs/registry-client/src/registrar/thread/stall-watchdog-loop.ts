import { createStallWatchdog } from './stall-watchdog';

/** The main thread raises the count, and the watchdog checks it, at least this often. */
const LONGEST_INTERVAL_MS = 1000;
/** Checks within one limit, at least, so that a short limit is kept as well. */
const CHECKS_PER_LIMIT = 4;

/** The main thread's side: raises the count while it makes progress. @returns what stops it */
export function startTicking(ticks: Int32Array, stallLimitMs: number): () => void {
  const timer = setInterval(() => void Atomics.add(ticks, 0, 1), intervalMs(stallLimitMs)).unref();
  return () => clearInterval(timer);
}

/** The worker thread's side: checks the main thread's count for as long as this thread lives. */
export function startStallWatchdogLoop(
  ticks: Int32Array,
  stallLimitMs: number,
  { onStalled, onRecovered }: { readonly onStalled: () => void; readonly onRecovered: () => void },
): void {
  const everyMs = intervalMs(stallLimitMs);
  const watchdog = createStallWatchdog({ limitMs: stallLimitMs, everyMs });
  let stalled = false;
  setInterval(() => {
    const before = stalled;
    stalled = watchdog.check(Atomics.load(ticks, 0), performance.now());
    if (stalled && !before) onStalled();
    if (!stalled && before) onRecovered();
  }, everyMs).unref();
}

function intervalMs(stallLimitMs: number): number {
  return Math.min(LONGEST_INTERVAL_MS, stallLimitMs / CHECKS_PER_LIMIT);
}
