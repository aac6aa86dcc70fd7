module.exports = { ...require('../../jest.preset.js'), displayName: 'etcd-client', rootDir: __dirname };
