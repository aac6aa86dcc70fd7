import { spawn } from 'node:child_process';
import { renameSync, utimesSync } from 'node:fs';
import { once } from 'node:events';
import { endWithParent, eventually, timeScale } from '@rollcall/testing';
import { createSmallWorkspace, type SmallWorkspace } from '../workspace/small-workspace';

const SERVE = require.resolve('../../serve/serve.js');
/** Compiling and starting take seconds each where every core is busy. */
const SOON = { timeoutMs: 60_000, everyMs: 50 };

/** An app that says which of its sources runs, and runs on; `words` is a literal or what was imported. */
const sayingWhat = (words: string) => `
declare const console: { log(text: string): void };
declare const setInterval: (tick: () => void, ms: number) => void;
console.log('running ' + ${words});
setInterval(() => undefined, 1000);
export {};
`;
const saying = (words: string) => sayingWhat(`'${words}'`);

describe('serve', () => {
  let workspace: SmallWorkspace;
  let serving: { output(): string; stop(): Promise<unknown> };

  beforeEach(async () => {
    workspace = createSmallWorkspace();
    workspace.write('libs/words/src/index.ts', 'export {};\n');
    workspace.write('apps/one/src/main.ts', saying('first'));
    serving = startServing(workspace.root);
    await runs('first');
  });
  afterEach(async () => {
    await serving.stop();
    workspace.dispose();
  });

  /** Waits until these are the last words that an app has said, with nothing more to come. */
  const runs = (words: string) =>
    eventually(() => {
      const said = [...serving.output().matchAll(/^running (.+)$/gm)].map(([, saidWords]) => saidWords);
      return said.at(-1) === words;
    }, SOON);

  const compilations = () => serving.output().split('Compiling …').length - 1;

  test(
    'runs what was saved last, also when it was saved while the save before was being compiled',
    async () => {
      for (const round of ['second', 'third', 'fourth']) {
        const before = compilations();
        workspace.write('apps/one/src/main.ts', saying(`${round}, early`));
        await eventually(() => compilations() > before, SOON);
        workspace.write('apps/one/src/main.ts', saying(round));

        await runs(round);
        expect(workspace.read('apps/one/dist/main.js')).toContain(`'${round}'`);
      }
    },
    180_000 * timeScale,
  );

  test(
    'follows files that come with an older date, by rename, and in a library',
    async () => {
      workspace.write('apps/one/src/main.ts', saying('older'));
      utimesSync(workspace.path('apps/one/src/main.ts'), new Date(0), new Date(0));
      await runs('older');

      workspace.write('main.ts.new', saying('renamed'));
      renameSync(workspace.path('main.ts.new'), workspace.path('apps/one/src/main.ts'));
      await runs('renamed');

      const main = `import { words } from '../../../libs/words/dist/index.js';${sayingWhat('words')}`;
      workspace.write('apps/one/src/main.ts', main);
      workspace.write('libs/words/src/index.ts', "export const words = 'from a library';\n");
      await runs('from a library');
      workspace.write('libs/words/src/index.ts', "export const words = 'from another';\n");
      await runs('from another');
    },
    180_000 * timeScale,
  );

  test(
    'leaves the app running while a change does not compile, and says what is wrong',
    async () => {
      workspace.write('apps/one/src/main.ts', 'const wrong: number = "text";\n');
      await eventually(
        () => serving.output().includes("Type 'string' is not assignable to type 'number'"),
        SOON,
      );
      await eventually(() => serving.output().includes('what ran before runs on'), SOON);
      await runs('first');

      workspace.write('apps/one/src/main.ts', saying('mended'));
      await runs('mended');
    },
    120_000 * timeScale,
  );
});

function startServing(root: string) {
  const script = `require(${JSON.stringify(SERVE)}).serve({ root: ${JSON.stringify(root)}, app: 'one' })
    .then((code) => { process.exitCode = code; });`;
  const child = spawn(process.execPath, ['-r', endWithParent, '-e', script], {
    cwd: root,
    env: { ...process.env, STARTED_BY: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(child, 'exit');
  return {
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
