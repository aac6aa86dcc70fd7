'use strict';

/** @typedef {import('./contenders/contender').FleetMember} FleetMember */

const INSTANCES_PER_SERVICE = 10;

/** Longer than any run: what is not beaten for in time must not be evicted while others are measured. */
const ENDLESS_SECONDS = 86_400;

/**
 * @param {string} home where all of them are reached
 * @param {number} count
 * @param {number} [first] the number of the first one
 * @returns {FleetMember[]} services of ten instances each
 */
function fleet(home, count, first = 0) {
  return Array.from({ length: count }, (_, index) => member(home, first + index));
}

/**
 * Instances that will not be heard from again, each alone in its service: of two or fewer nobody has to wonder whether
 * they are only out of sight.
 *
 * @param {string} home
 * @param {number} count
 * @param {{ first: number, ttlSeconds: number }} options
 * @returns {FleetMember[]}
 */
function shortLived(home, count, { first, ttlSeconds }) {
  return fleet(home, count, first).map((each) => ({
    ...each,
    service: `short-lived-${each.number}`,
    ttlSeconds,
  }));
}

/** @param {readonly FleetMember[]} members */
function servicesOf(members) {
  return [...new Set(members.map(({ service }) => service))];
}

/**
 * @param {string} home
 * @param {number} number
 * @returns {FleetMember}
 */
function member(home, number) {
  // Of one length, so that no id is the beginning of another.
  const id = `instance-${String(number).padStart(7, '0')}`;
  return {
    number,
    service: `service-${Math.floor(number / INSTANCES_PER_SERVICE)}`,
    id,
    url: `${home}/${id}`,
    ttlSeconds: ENDLESS_SECONDS,
  };
}

module.exports = { INSTANCES_PER_SERVICE, fleet, shortLived, servicesOf };
