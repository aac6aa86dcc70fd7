// How much longer than on an idle core of 2024 things take here and now: what every bound in a spec is multiplied with.
// A bound that only keeps a broken spec from hanging costs nothing while the spec passes, so it may be generous; one
// that fails on a busy laptop costs a newcomer's trust in all the others.
const { pbkdf2Sync } = require('node:crypto');

/** Long enough to be interrupted by whatever else wants the core; native, so that it needs no warming up. */
const ITERATIONS = 400_000;
const REFERENCE_MS = 100;
/** The suite itself keeps every core busy, which the measurement before it does not see. */
const HEADROOM = 2;
const MOST = 20;

function measure() {
  const startedAt = performance.now();
  pbkdf2Sync('how fast', 'is this machine', ITERATIONS, 32, 'sha256');
  const factor = (performance.now() - startedAt) / REFERENCE_MS;
  return Math.min(MOST, HEADROOM * Math.max(1, factor));
}

// Measured once a run: Jest reads its preset in the process that starts the workers, and they inherit the result.
// Whole, because some timers take no fractions of a millisecond.
process.env.TEST_TIME_SCALE ??= String(Math.ceil(measure()));

module.exports = { timeScale: Number(process.env.TEST_TIME_SCALE) };
