const { timeScale } = require('@rollcall/testing/time-scale');

// Of its own, apart from the suites over processes: it needs a container engine, and one stack for all its specs.
module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'compose',
  rootDir: __dirname,
  testMatch: ['<rootDir>/*.spec.ts'],
  // Containers take their time, and on a busy machine a multiple of it.
  testTimeout: 60_000 * timeScale,
};
