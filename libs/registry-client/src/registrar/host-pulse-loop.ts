import { createHostPulse } from './host-pulse';

/** The main thread's side ticks, and the other side looks, this often. */
const LONGEST_INTERVAL_MS = 1000;
/** Looks within one limit, at least, so that a short limit is kept as well. */
const LOOKS_PER_LIMIT = 4;

/** @returns what stops it */
export function startTicking(ticks: Int32Array, stallLimitMs: number): () => void {
  const timer = setInterval(() => void Atomics.add(ticks, 0, 1), intervalMs(stallLimitMs)).unref();
  return () => clearInterval(timer);
}

/** Looks after the ticks of another thread for as long as this one lives. */
export function startHostPulseLoop(
  ticks: Int32Array,
  stallLimitMs: number,
  { onStalled, onRecovered }: { readonly onStalled: () => void; readonly onRecovered: () => void },
): void {
  const everyMs = intervalMs(stallLimitMs);
  const pulse = createHostPulse({ limitMs: stallLimitMs, everyMs });
  let stalled = false;
  setInterval(() => {
    const before = stalled;
    stalled = pulse.look(Atomics.load(ticks, 0), performance.now());
    if (stalled && !before) onStalled();
    if (!stalled && before) onRecovered();
  }, everyMs).unref();
}

function intervalMs(stallLimitMs: number): number {
  return Math.min(LONGEST_INTERVAL_MS, stallLimitMs / LOOKS_PER_LIMIT);
}
