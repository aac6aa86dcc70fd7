'use strict';

/** @typedef {{ functionName: string, url: string, lineNumber: number }} CallFrame lineNumber counts from 0 */
/** @typedef {{ id: number, callFrame: CallFrame }} ProfileNode */
/**
 * As `node --cpu-prof` writes it; times in microseconds of the monotonic clock that all processes share.
 *
 * @typedef {{ nodes: ProfileNode[], startTime: number, samples: number[], timeDeltas: number[] }} CpuProfile
 */
/** @typedef {{ from: number, to: number }} Period on the profile's clock */
/** @typedef {{ name: string, place: string, share: number }} SelfTime share of the time spent working, of 1 */

/** Not work: the program waits, or V8's own bookkeeping of the profile. */
const WAITING = new Set(['(idle)', '(root)']);

/**
 * Where a program's time goes: each function with the time spent in itself, without what it called, the most first.
 *
 * @param {CpuProfile} profile
 * @param {Period} period what lies outside, such as loading the code, does not count
 * @returns {SelfTime[]}
 */
function selfTimes({ nodes, startTime, samples, timeDeltas }, { from, to }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  /** @type {Map<string, { name: string, place: string, micros: number }>} */
  const byPlace = new Map();
  let working = 0;
  let now = startTime;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    const micros = timeDeltas[index] ?? 0;
    now += micros;
    if (now < from || now > to) return;
    if (!frame || WAITING.has(frame.functionName)) return;
    working += micros;
    const name = frame.functionName || '(anonymous)';
    const place = frame.url ? `${shorten(frame.url)}:${frame.lineNumber + 1}` : '';
    const key = `${name} ${place}`;
    const entry = byPlace.get(key) ?? { name, place, micros: 0 };
    entry.micros += micros;
    byPlace.set(key, entry);
  });
  return [...byPlace.values()]
    .sort((left, right) => right.micros - left.micros)
    .map(({ name, place, micros }) => ({ name, place, share: micros / working }));
}

/**
 * Says which package or app a file belongs to and leaves out where the checkout is.
 *
 * @param {string} url
 */
function shorten(url) {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(?=node_modules\/|apps\/|libs\/)/, '');
}

module.exports = { selfTimes };
