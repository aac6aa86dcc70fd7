const swcOptions = require('./libs/testing/swc-options.js');
const { timeScale } = require('./libs/testing/time-scale.js');

// The one Jest configuration; a project's jest.config.js adds its name to it.
// Specs run from source: the custom export condition makes workspace packages resolve to their src/.
module.exports = {
  // One realm and one copy of the modules of others for all suites of a worker: docs/adr/0038.
  testEnvironment: require.resolve('./tools/jest/environment.js'),
  runtime: require.resolve('./tools/jest/runtime.js'),
  testEnvironmentOptions: {
    customExportConditions: ['@rollcall/source', 'node', 'node-addons', 'require', 'default'],
  },
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  errorOnDeprecated: true,
  // It only ends a spec that hangs: Jest's 5 s are less than starting a process or two takes while every core is busy.
  testTimeout: 60_000 * timeScale,
};
