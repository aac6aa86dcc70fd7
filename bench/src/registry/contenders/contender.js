'use strict';

/** @typedef {import('../../load/wrk').LoadRequest} LoadRequest */
/** @typedef {import('../../processes/pinned-process').PinnedProcess} PinnedProcess */
/** @typedef {import('../../processes/workbench').Workbench} Workbench */
/**
 * One instance of the fleet that both sides hold; both keep the same facts about it.
 *
 * @typedef {object} FleetMember
 * @property {number} number from 0
 * @property {string} service
 * @property {string} id
 * @property {string} url
 * @property {number} ttlSeconds of its lease
 */
/**
 * @typedef {object} Contender
 * @property {string} title in the table
 * @property {() => string | undefined} missing why it cannot take part here
 * @property {(workbench: Workbench) => Promise<RunningContender>} start with nothing in it
 */
/**
 * What is done to a registry that runs; each side translates it into its own protocol.
 *
 * @typedef {object} RunningContender
 * @property {PinnedProcess} process whose tree is measured
 * @property {string} origin
 * @property {(member: FleetMember) => Promise<void>} prepare what has to be there before it is registered
 * @property {(member: FleetMember) => Promise<void>} register as live, with a lease, in one call that watchers hear of
 * @property {(member: FleetMember) => LoadRequest} heartbeat of a registered one
 * @property {(service: string) => LoadRequest} discover all instances of a service
 * @property {() => WatchRequest | Promise<WatchRequest>} watch every service, from now on or with what there is first
 * @property {(member: FleetMember) => string} sign what a watcher reads when that member is announced, and not before
 * @property {() => Promise<number>} [heapBytes] held once the garbage has gone, where it can be asked
 */
/** @typedef {{ method: 'GET' | 'POST', path: string, body?: string, headers?: Record<string, string> }} WatchRequest */

module.exports = {};
