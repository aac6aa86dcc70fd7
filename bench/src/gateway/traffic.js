'use strict';

const { askHttp2 } = require('../load/ask-http2');
const { runH2load } = require('../load/h2load');
const { runWrk } = require('../load/wrk');
const { askHttp1, untilAnswering } = require('../processes/until-answering');
const { withToken } = require('./tokens');

/** Requests at a time of one connection of HTTP/2; so many times fewer connections make as many requests at a time as over HTTP/1.1. */
const STREAMS = 8;

/**
 * What callers of one case send to a proxy.
 *
 * @typedef {object} Traffic
 * @property {string} origin
 * @property {(proxy: import('../processes/pinned-process').PinnedProcess) => Promise<string>} untilServed the body of the first answer
 * @property {(seconds: number) => Promise<import('../load/wrk-report').LoadReport>} drive
 */

/**
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {import('./cases').Case} testCase
 * @param {{ port: number, connections: number, ca: string }} options
 * @returns {Traffic}
 */
function trafficOf(workbench, testCase, { port, connections, ca }) {
  const { wire, bytes } = testCase;
  const request = testCase.bearsToken ? withToken(testCase.request) : testCase.request;
  const origin = `${wire === 'h2' ? 'https' : 'http'}://127.0.0.1:${port}`;
  const url = origin + request.path;
  if (isByHttp2(wire))
    return {
      origin,
      untilServed: (proxy) => untilAnswering(url, proxy, { ask: () => askHttp2(origin, request, ca) }),
      drive: (seconds) =>
        runH2load(workbench, {
          origin,
          request,
          bytes,
          connections: Math.ceil(connections / STREAMS),
          streams: STREAMS,
          seconds,
        }),
    };
  const headers = request.authorization === undefined ? {} : { Authorization: request.authorization };
  return {
    origin,
    untilServed: (proxy) => untilAnswering(url, proxy, { ask: () => askHttp1(url, headers) }),
    drive: (seconds) => runWrk(workbench, { origin, requests: [request], connections, seconds }),
  };
}

/** @param {import('./cases').Wire} wire */
function isByHttp2(wire) {
  return wire === 'h2' || wire === 'grpc';
}

module.exports = { trafficOf, isByHttp2 };
