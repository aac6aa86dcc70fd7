// `node -C @rollcall/source -r @rollcall/testing/register-typescript file.ts` runs a file from source, without a build.
// What was compiled is kept by content: specs start hundreds of processes and threads over the same sources, and each
// would spend most of its start on compiling them.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { addHook } = require('pirates');
const swcOptions = require('./swc-options.js');

const folder = join(__dirname, '../../node_modules/.cache/rollcall-typescript');
const compiler = `${require('@swc/core/package.json').version} ${JSON.stringify(swcOptions)}`;

addHook(
  (code, filename) => {
    const key = createHash('sha256').update(`${compiler}\n${filename}\n${code}`).digest('hex');
    const kept = join(folder, `${key}.js`);
    return readKept(kept) ?? keep(kept, compile(code, filename));
  },
  { exts: ['.ts'] },
);

function compile(code, filename) {
  // Loaded when it is needed: that alone takes as long as reading all that was kept.
  const { transformSync } = require('@swc/core');
  return transformSync(code, { ...swcOptions, filename }).code;
}

function readKept(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whole or not at all: others read it while it is being written. A folder that cannot be written to keeps nothing. */
function keep(file, text) {
  const unfinished = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  } catch {
    // It is compiled again next time.
  }
  return text;
}
