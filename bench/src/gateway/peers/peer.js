'use strict';

/** @typedef {import('../../processes/workbench').Workbench} Workbench */
/** @typedef {import('../../processes/pinned-process').PinnedProcess} PinnedProcess */
/**
 * @typedef {object} PeerSite
 * @property {Workbench} workbench
 * @property {number} port to listen on, at 127.0.0.1
 * @property {import('../cases').Wire} wire
 * @property {import('../certificates').Certificates} certificates
 * @property {import('../upstream').Upstream} upstream to pass `/bench` on to, unchanged
 * @property {string | undefined} registryUrl where our gateway finds the upstream
 * @property {Readonly<Record<string, string>> | undefined} [settings] of our gateway only, besides those that it has anyway
 * @property {readonly string[]} [nodeArgs] for Node itself, by our gateway only
 */
/**
 * A proxy under measurement, set up the way its users would for speed: connections kept alive on both sides, no
 * access log, one core. Each says what it leaves out that the others do.
 *
 * @typedef {object} Peer
 * @property {string} id for --peers
 * @property {string} title in the table
 * @property {Readonly<Record<string, string>>} [registrySettings] for a registry of its own, by our gateway only
 * @property {readonly import('../cases').Wire[]} wires that it takes part in
 * @property {() => string | undefined} missing why it cannot take part here
 * @property {(site: PeerSite) => Promise<PinnedProcess>} start the process whose tree is measured
 */

/** Of a site that speaks nothing but HTTP/1.1, and so needs no certificates. */
const PLAIN = {
  wire: /** @type {const} */ ('http1'),
  certificates: { ca: '', caFile: '', certFile: '', keyFile: '' },
};

module.exports = { PLAIN };
