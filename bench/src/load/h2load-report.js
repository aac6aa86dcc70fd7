'use strict';

const { percentile } = require('../report/percentile');

/** @typedef {import('./wrk-report').LoadReport} LoadReport */

const SECONDS = /** @type {Readonly<Record<string, number>>} */ ({ s: 1, ms: 1e-3, us: 1e-6 });

/**
 * Reads what h2load prints, and the line that it writes for each request: start, status, microseconds.
 *
 * @param {string} output
 * @param {string} log
 * @param {number} bytes of each answer's body. h2load goes by the status alone, and a call of gRPC that failed has 200
 * @returns {LoadReport}
 */
function parseH2loadReport(output, log, bytes) {
  const [, time, unit = ''] = find(output, /^finished in ([\d.]+)(s|ms|us),/m);
  const [, done, succeeded, failed] = find(
    output,
    /^requests: .* (\d+) done, (\d+) succeeded, (\d+) failed,/m,
  ).map(Number);
  const [, ok] = find(output, /^status codes: (\d+) 2xx,/m).map(Number);
  const [, data] = find(output, /^traffic: .* \((\d+)\) data$/m).map(Number);
  const micros = log
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([, status, duration]) => (status?.startsWith('2') ? Number(duration) : []));
  if (micros.length === 0) throw new Error(`h2load had no answer:\n${output}`);
  // The last two of these count requests that were under way at the end, too.
  const whole = Math.min(succeeded ?? 0, ok ?? 0, Math.floor((data ?? 0) / bytes));
  return {
    requests: done ?? 0,
    seconds: Number(time) * (SECONDS[unit] ?? Number.NaN),
    p50Ms: percentile(micros, 50) / 1e3,
    p99Ms: percentile(micros, 99) / 1e3,
    failures: (failed ?? 0) + (succeeded ?? 0) - whole,
  };
}

/**
 * @param {string} output
 * @param {RegExp} line
 */
function find(output, line) {
  const found = line.exec(output);
  if (!found) throw new Error(`h2load printed no line like ${line}:\n${output}`);
  return [...found];
}

module.exports = { parseH2loadReport };
