module.exports = {
  ...require('../../jest.preset.js'),
  ...require('@rollcall/testing/jest-postgres'),
  displayName: 'resource-kit',
  rootDir: __dirname,
};
