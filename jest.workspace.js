// Every project's specs as one Jest project, for `npm test`: sixteen would each compile the libs again, keep what they
// compiled apart, and look every module up for themselves. The project's own jest.config.js serves its `nx test`.
module.exports = {
  ...require('./jest.preset.js'),
  ...require('./libs/testing/jest-postgres.js'),
  rootDir: __dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: ['<rootDir>/{apps,libs}/*/{src,test}/**/*.spec.ts', '<rootDir>/tools/test/**/*.spec.ts'],
};
