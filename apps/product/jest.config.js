module.exports = {
  ...require('../../jest.preset.js'),
  ...require('@rollcall/testing/jest-postgres'),
  displayName: 'product',
  rootDir: __dirname,
};
