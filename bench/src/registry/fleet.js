'use strict';

/** @typedef {import('./contenders/contender').FleetMember} FleetMember */

const INSTANCES_PER_SERVICE = 10;

/**
 * @param {number} count
 * @param {number} [first] the number of the first one
 * @returns {FleetMember[]} services of ten instances each
 */
function fleet(count, first = 0) {
  return Array.from({ length: count }, (_, index) => member(first + index));
}

/** @param {readonly FleetMember[]} members */
function servicesOf(members) {
  return [...new Set(members.map(({ service }) => service))];
}

/**
 * @param {number} number
 * @returns {FleetMember}
 */
function member(number) {
  return {
    number,
    service: `service-${Math.floor(number / INSTANCES_PER_SERVICE)}`,
    // Of one length, so that no id is the beginning of another.
    id: `instance-${String(number).padStart(7, '0')}`,
    // Nobody is there, and whoever looks is refused without leaving this machine.
    url: `http://127.${1 + ((number >> 16) & 127)}.${(number >> 8) & 255}.${number & 255}:9`,
  };
}

module.exports = { INSTANCES_PER_SERVICE, fleet, servicesOf };
