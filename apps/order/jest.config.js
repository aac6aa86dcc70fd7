module.exports = {
  ...require('../../jest.preset.js'),
  ...require('@rollcall/testing/jest-postgres'),
  displayName: 'order',
  rootDir: __dirname,
};
