const { timeScale } = require('@rollcall/testing/time-scale');

// Of its own, apart from the suites over processes: three members of etcd and ten processes more, for minutes, and what
// goes wrong is stopped for twenty seconds or a minute at a time.
module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'replicas',
  rootDir: __dirname,
  testMatch: ['<rootDir>/*.spec.ts'],
  testTimeout: 120_000 * timeScale,
};
