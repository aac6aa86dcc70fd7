const swcOptions = require('./libs/testing/swc-options.js');
const { timeScale } = require('./libs/testing/time-scale.js');

// The one Jest configuration; a project's jest.config.js adds its name to it.
// Specs run from source: the custom export condition makes workspace packages resolve to their src/.
module.exports = {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@rollcall/source', 'node', 'node-addons', 'require', 'default'],
  },
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', swcOptions],
    // The exporter imports Node's http by import(), which Jest's sandbox does not have: there it becomes a require().
    '/otlp-exporter-base/.+\\.js$': ['@swc/jest', { ...swcOptions, jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@opentelemetry/otlp-exporter-base/)'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  errorOnDeprecated: true,
  // It only ends a spec that hangs: Jest's 5 s are less than starting a process or two takes while every core is busy.
  testTimeout: 60_000 * timeScale,
};
