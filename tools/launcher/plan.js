'use strict';

const { join, resolve } = require('node:path');

/**
 * @typedef {object} PlannedApp
 * @property {string} name in the table and before each log line
 * @property {string} main the file that Node runs
 * @property {NodeJS.ProcessEnv} env its whole environment
 * @property {Port[]} ports what it listens on
 * @property {string} readyUrl answers 200 once it is ready
 */
/** @typedef {{ port: number, variable: string, url: string, purpose: string }} Port */
/**
 * @typedef {object} Plan
 * @property {string} root where the apps run
 * @property {PlannedApp[][]} startOrder groups; a group starts once the one before is ready
 * @property {PlannedApp[][]} stopOrder groups; a group stops once the one before is gone
 * @property {string[]} routedUrls answer 200 once the gateway routes to every service
 * @property {string} consoleUrl what to open in a browser
 * @property {string[]} examples commands to try
 */

/** Settings of one app: handed on to six of them, they would contradict each other. */
const OF_ONE_APP = ['PORT', 'ADMIN_PORT', 'SERVICE_NAME', 'ADVERTISE_URL', 'DATABASE_URL'];

/** A product of the sample data, whose ids are fixed. */
const ESPRESSO_CUP = '00000000-0000-4000-8000-000000000001';

const DEFAULT_PORTS = {
  REGISTRY_PORT: 8080,
  GATEWAY_PORT: 8000,
  GATEWAY_ADMIN_PORT: 8001,
  PRODUCT_PORT: 8081,
  PRODUCT_2_PORT: 8082,
  ORDER_PORT: 8083,
  HELLO_PORT: 9090,
};

/**
 * What `npm start` runs: a registry, a gateway, two products that share one database, order and hello.
 *
 * @param {{ env: NodeJS.ProcessEnv, root: string }} options `env` may move each port and the data folder
 * @returns {Plan}
 */
function planApps({ env, root }) {
  const ports = readPorts(env);
  const registryUrl = localUrl(ports.REGISTRY_PORT);
  const gatewayUrl = localUrl(ports.GATEWAY_PORT);
  const shared = {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !OF_ONE_APP.includes(name))),
    REGISTRY_URL: registryUrl,
    // One line a request: that of the app that it came to first.
    ACCESS_LOG_FORWARDED: env['ACCESS_LOG_FORWARDED'] || 'off',
    DATA_DIR: env['DATA_DIR'] === 'off' ? 'off' : resolve(root, env['DATA_DIR'] || '.data'),
  };

  /**
   * @param {string} name
   * @param {keyof typeof DEFAULT_PORTS} variable
   * @param {string} purpose
   * @returns {PlannedApp}
   */
  const app = (name, variable, purpose) => ({
    name,
    main: join(root, 'apps', name.replace(/-\d+$/, ''), 'dist/main.js'),
    env: { ...shared, PORT: String(ports[variable]) },
    ports: [listens(ports, variable, purpose)],
    readyUrl: `${localUrl(ports[variable])}/readyz`,
  });

  const registry = app('registry', 'REGISTRY_PORT', 'who is there: /services, /discover/product');
  const gateway = app('gateway', 'GATEWAY_PORT', 'the way in: /products, /orders, /hello');
  gateway.env['ADMIN_PORT'] = String(ports.GATEWAY_ADMIN_PORT);
  gateway.ports.push(
    listens(ports, 'GATEWAY_ADMIN_PORT', "the gateway's own: /routes, /upstreams, /metrics"),
  );
  gateway.readyUrl = `${localUrl(ports.GATEWAY_ADMIN_PORT)}/readyz`;
  const services = [
    app('product-1', 'PRODUCT_PORT', 'products'),
    app('product-2', 'PRODUCT_2_PORT', 'products, the same database'),
    app('order', 'ORDER_PORT', 'orders, priced by product'),
    app('hello', 'HELLO_PORT', 'the ten-minute example'),
  ];

  return {
    root,
    startOrder: [[registry], [gateway, ...services]],
    stopOrder: [[gateway], services, [registry]],
    consoleUrl: `${registryUrl}/ui/`,
    routedUrls: ['/products', '/orders', '/hello'].map((path) => gatewayUrl + path),
    examples: [
      `curl ${gatewayUrl}/products`,
      `curl ${gatewayUrl}/orders -H 'Content-Type: application/json' -d '{"items":[{"product_id":"${ESPRESSO_CUP}","quantity":2}]}'`,
      `curl ${registryUrl}/discover/product`,
    ],
  };
}

/** @param {NodeJS.ProcessEnv} env */
function readPorts(env) {
  const ports = { ...DEFAULT_PORTS };
  for (const variable of /** @type {(keyof typeof DEFAULT_PORTS)[]} */ (Object.keys(ports))) {
    const text = env[variable];
    if (!text) continue;
    const port = Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new Error(`${variable} must be a port from 1 to 65535, but it is "${text}"`);
    }
    ports[variable] = port;
  }
  return ports;
}

/**
 * @param {typeof DEFAULT_PORTS} ports
 * @param {keyof typeof DEFAULT_PORTS} variable
 * @param {string} purpose
 * @returns {Port}
 */
function listens(ports, variable, purpose) {
  return { port: ports[variable], variable, url: localUrl(ports[variable]), purpose };
}

/** @param {number} port */
function localUrl(port) {
  return `http://127.0.0.1:${port}`;
}

module.exports = { planApps };
