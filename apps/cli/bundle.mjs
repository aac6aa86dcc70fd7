/**
 * `node apps/cli/bundle.mjs [--command-only] [<folder>]`: the command in a few files, without a package that has to be
 * installed. With a registry and a gateway inside, in the folder `apps` of it, unless only the command is wanted.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { licencesOf, packagesOf } from '../../libs/console/licences.mjs';

const dir = dirname(fileURLToPath(import.meta.url));
const root = resolve(dir, '../..');
const { values, positionals } = parseArgs({
  options: { 'command-only': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const outdir = resolve(positionals[0] ?? join(dir, 'lib'));
const withApps = !values['command-only'];

/** The registrar's thread: a file beside the one that starts it. */
const THREAD = join(root, 'libs/registry-client/src/registrar/thread/membership-worker.ts');

/** Programs that share one file; each is a file of its own name that loads it, and begins only its own program. */
const APPS = {
  registry: 'apps/registry/src/main.ts',
  gateway: 'apps/gateway/src/main.ts',
  'worker-main': 'apps/gateway/src/worker-main.ts',
};

/** None of our modules does anything by being loaded, programs aside: what nobody uses of them is left out. */
const leaveOutUnused = {
  name: 'leave-out-unused',
  setup({ onResolve, resolve: resolveNow }) {
    onResolve({ filter: /^(\.|@rollcall\/)/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'resolved' || from.kind === 'entry-point') return undefined;
      const found = await resolveNow(path, { ...from, pluginData: 'resolved' });
      const isOurs = !found.path.includes('/node_modules/') && from.kind !== 'dynamic-import';
      return isOurs ? { ...found, sideEffects: false } : found;
    });
  },
};

/** What the command does not have inside: the apps, and what only they load. */
const appsAreFiles = {
  name: 'apps-are-files',
  setup({ onResolve }) {
    onResolve({ filter: /^@rollcall\/(registry|gateway|telemetry)$/ }, ({ path }) => ({
      path: path.replace('@rollcall/', './') + '.js',
      external: true,
    }));
  },
};

/** @returns {Promise<readonly string[]>} the files that went in */
async function bundle(entry, plugins) {
  const { metafile } = await build({
    ...entry,
    outdir,
    bundle: true,
    // An ES module would not yet listen when the first message comes on a process's channel.
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    conditions: ['@rollcall/source'],
    // Names stay: they are what a stack trace says.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins,
    absWorkingDir: root,
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const { version } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
writeFileSync(join(outdir, 'package.json'), `${JSON.stringify({ version })}\n`);
const inputs = await bundle(
  { entryPoints: { rollcall: join(dir, 'src/main.ts'), 'membership-worker': THREAD } },
  [appsAreFiles, leaveOutUnused],
);
/** What is inside the console, which no program of this bundle imports. */
let consolePackages = [];
if (withApps) {
  const programs = Object.entries(APPS);
  const contents = `export default { ${programs.map(([name, file]) => `'${name}': () => import('./${file}')`)} };`;
  inputs.push(
    ...(await bundle({ stdin: { contents, resolveDir: root, sourcefile: 'apps.js' }, entryNames: 'apps' }, [
      leaveOutUnused,
    ])),
  );
  for (const [name] of programs)
    writeFileSync(join(outdir, `${name}.js`), `require('./apps.js').default['${name}']();\n`);
  const swagger = dirname(createRequire(join(root, 'libs/service-kit/')).resolve('swagger-ui-dist'));
  for (const asset of ['swagger-ui.css', 'swagger-ui-bundle.js'])
    copyFileSync(join(swagger, asset), join(outdir, asset));
  inputs.push('node_modules/swagger-ui-dist/index.js');
  // The console is files of its own, which the registry and the gateway serve; they may not be made yet.
  const consoleFiles = join(outdir, 'console');
  execFileSync(process.execPath, [join(root, 'libs/console/bundle.mjs'), consoleFiles]);
  consolePackages = JSON.parse(readFileSync(join(consoleFiles, 'manifest.json'), 'utf8')).packages;
  rmSync(join(consoleFiles, 'licences.txt'));
  const protocol = join(root, 'libs/etcd-client/proto');
  if (inputs.some((file) => file.startsWith('libs/etcd-client/')) && existsSync(protocol)) {
    rmSync(join(outdir, '../proto'), { recursive: true, force: true });
    mkdirSync(join(outdir, '../proto'));
    for (const file of readdirSync(protocol))
      copyFileSync(join(protocol, file), join(outdir, '../proto', file));
  }
}
writeFileSync(
  join(outdir, 'licences.txt'),
  licencesOf(root, packagesOf([...inputs, ...consolePackages.map((folder) => `${folder}/`)])),
);
