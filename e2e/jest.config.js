const { timeScale } = require('@rollcall/testing/time-scale');

// A spec starts up to ten processes.
module.exports = {
  ...require('../jest.preset.js'),
  // What these suites cost is in the processes that they start.
  testEnvironment: 'node',
  displayName: 'e2e',
  rootDir: __dirname,
  testTimeout: 120_000 * timeScale,
};
