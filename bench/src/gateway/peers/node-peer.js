'use strict';

const { join } = require('node:path');

/**
 * A peer that is a library: a small script of ours serves with it, on the Node that also runs our gateway.
 *
 * @param {{ id: string, title: string }} options `id` is the script's name in ./node
 * @returns {import('./peer').Peer}
 */
function nodePeer({ id, title }) {
  return {
    id,
    title,
    wires: ['http1'],
    missing: () => {
      try {
        require.resolve(title);
        return undefined;
      } catch {
        return 'not installed: npm install';
      }
    },
    start: async ({ workbench, port, upstream }) =>
      workbench.start('subject', {
        name: id,
        command: workbench.node.path,
        args: [join(__dirname, 'node', `${id}.js`), String(port), upstream.origin],
        env: { NODE_ENV: 'production' },
      }),
  };
}

module.exports = { nodePeer };
