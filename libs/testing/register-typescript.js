// `node -C @rollcall/source -r @rollcall/testing/register-typescript file.ts` runs a file from source, without a build.
const { transformSync } = require('@swc/core');
const { addHook } = require('pirates');
const swcOptions = require('./swc-options.js');

addHook((code, filename) => transformSync(code, { ...swcOptions, filename }).code, { exts: ['.ts'] });
