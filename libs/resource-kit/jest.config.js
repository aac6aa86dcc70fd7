module.exports = { ...require('../../jest.preset.js'), displayName: 'resource-kit', rootDir: __dirname };
