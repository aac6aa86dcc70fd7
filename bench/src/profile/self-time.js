'use strict';

/** @typedef {{ functionName: string, url: string, lineNumber: number }} CallFrame lineNumber counts from 0 */
/** @typedef {{ id: number, callFrame: CallFrame }} ProfileNode */
/** @typedef {{ nodes: ProfileNode[], samples: number[], timeDeltas: number[] }} CpuProfile as `node --cpu-prof` writes it */
/** @typedef {{ name: string, place: string, share: number }} SelfTime share of the time spent working, of 1 */

/** Not work: the program waits, or V8's own bookkeeping of the profile. */
const WAITING = new Set(['(idle)', '(root)']);

/**
 * Where a program's time goes: each function with the time spent in itself, without what it called, the most first.
 *
 * @param {CpuProfile} profile
 * @returns {SelfTime[]}
 */
function selfTimes({ nodes, samples, timeDeltas }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  /** @type {Map<string, { name: string, place: string, micros: number }>} */
  const byPlace = new Map();
  let working = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    const micros = timeDeltas[index] ?? 0;
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
