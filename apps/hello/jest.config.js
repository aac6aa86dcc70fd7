module.exports = { ...require('../../jest.preset.js'), displayName: 'hello', rootDir: __dirname };
