#!/usr/bin/env node
'use strict';

// `npx rollcall` in this workspace. npm links a command only where its file is there while it installs, and the
// compiled one comes later.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '../dist/main.js');
if (existsSync(main)) require(main);
else {
  console.error('rollcall has not been built yet: `npm run build` does it, and `npm start`');
  process.exitCode = 1;
}
