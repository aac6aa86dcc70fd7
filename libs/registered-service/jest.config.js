module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'registered-service',
  rootDir: __dirname,
};
