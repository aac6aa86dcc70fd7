module.exports = { ...require('../../jest.preset.js'), displayName: 'address-guard', rootDir: __dirname };
