module.exports = { ...require('../../jest.preset.js'), displayName: 'load-balancing', rootDir: __dirname };
