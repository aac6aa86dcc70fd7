module.exports = { ...require('../../jest.preset.js'), displayName: 'diagnosis', rootDir: __dirname };
