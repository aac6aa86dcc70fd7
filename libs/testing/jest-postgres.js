// What a project adds to its Jest configuration to have a PostgreSQL for its specs: one server for a whole run.
const { join } = require('node:path');

module.exports = {
  globalSetup: join(__dirname, 'src/databases/global-setup.ts'),
  globalTeardown: join(__dirname, 'src/databases/global-teardown.ts'),
};
