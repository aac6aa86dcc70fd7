const preset = require('../../jest.preset.js');
const swcOptions = require('../testing/swc-options.js');

module.exports = {
  ...preset,
  displayName: 'telemetry',
  rootDir: __dirname,
  // The exporter imports Node's http by import(), which Jest's sandbox does not have: there it becomes a require().
  transform: {
    ...preset.transform,
    '/otlp-exporter-base/.+\\.js$': ['@swc/jest', { ...swcOptions, jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@opentelemetry/otlp-exporter-base/)'],
};
