'use strict';

/**
 * @typedef {object} CorePlan
 * @property {string} subject the one core of what is measured
 * @property {string} upstream what answers behind it
 * @property {string} load what drives it
 * @property {boolean} shared the upstream and the load have to share a core
 */

/**
 * What is measured gets a core to itself; the rest shares what is left, never that core.
 *
 * @param {readonly number[]} cores that this process may use
 * @returns {CorePlan | undefined} undefined with a single core, where nothing can be kept apart
 */
function planCores(cores) {
  const [subject, upstream, ...others] = cores;
  if (subject === undefined || upstream === undefined) return undefined;
  return {
    subject: String(subject),
    upstream: String(upstream),
    load: others.length > 0 ? others.join(',') : String(upstream),
    shared: others.length === 0,
  };
}

/**
 * @param {string} list as in `Cpus_allowed_list` of `/proc/self/status`: `0-3,6`
 * @returns {number[]}
 */
function parseCpuList(list) {
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

module.exports = { planCores, parseCpuList };
