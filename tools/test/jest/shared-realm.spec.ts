import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Suites in the order in which one worker runs them, with a module of ours and two of others beside them. */
const FILES = {
  'counter.js': `exports.count = 0;`,
  'node_modules/settling/index.js': `
    globalThis.settled = true;
    process.on('SIGUSR2', () => undefined);
    exports.count = 0;`,
  'node_modules/importing/index.js': `exports.methods = () => import('node:http').then(({ METHODS }) => METHODS);`,

  '1-first.spec.js': `
    const ours = require('./counter');
    const theirs = require('settling');
    it('counts', () => {
      ours.count += 1;
      theirs.count += 1;
    });
    it('spies, and cleans up after itself', () => {
      jest.spyOn(process, 'exit').mockReturnValue();
      process.env.FOR_A_MOMENT = '1';
      delete process.env.FOR_A_MOMENT;
      const listener = () => undefined;
      process.on('SIGHUP', listener).off('SIGHUP', listener);
    });
    it('has something made that a process has once', () => {
      globalThis[Symbol.for('once')] = 'made when needed';
    });
    it('starts what would run until the process ends', () => {
      const storage = new (require('node:async_hooks').AsyncLocalStorage)();
      storage.enterWith('followed');
      const delay = require('node:perf_hooks').monitorEventLoopDelay();
      delay.enable();
      globalThis[Symbol.for('started')] = { storage, delay };
      expect(storage.getStore()).toBe('followed');
    });`,
  '2-second.spec.js': `
    it('has its own copy of a module of ours', () => expect(require('./counter').count).toBe(0));
    it('shares a module of others, and what that set up', () => {
      expect(require('settling').count).toBe(1);
      expect(globalThis.settled).toBe(true);
      expect(process.listenerCount('SIGUSR2')).toBe(1);
    });
    it('shares what a process has once', () => expect(globalThis[Symbol.for('once')]).toBe('made when needed'));
    it('has one realm with Node', () => {
      expect(new TextEncoder().encode('')).toBeInstanceOf(Uint8Array);
      expect(() => require('node:fs').readFileSync('nowhere')).toThrow(Error);
      expect(structuredClone({})).toStrictEqual({});
    });
    it('has modules of others that import()', async () => {
      expect(await require('importing').methods()).toContain('GET');
    });
    it('finds stopped what it started', () => {
      const { storage, delay } = globalThis[Symbol.for('started')];
      expect(storage.getStore()).toBeUndefined();
      // False where it was not enabled.
      expect(delay.disable()).toBe(false);
    });
    it('finds what was spied upon as it was', () => expect(jest.isMockFunction(process.exit)).toBe(false));`,

  '3-global.spec.js': `it('passes', () => { globalThis.left = 1; globalThis.fetch = (one, two, three) => one; });`,
  '4-environment.spec.js': `it('passes', () => { process.env.LEFT = '1'; delete process.env.TAKEN; });`,
  '5-listener.spec.js': `it('passes', () => void process.on('SIGHUP', () => undefined));`,
  '6-exit.spec.js': `process.exit = () => undefined; it('passes', () => undefined);`,
  '7-time.spec.js': `it('fakes the time', () => void jest.useFakeTimers());`,
  '8-after.spec.js': `
    it('finds nothing of those before it', () => {
      expect(globalThis.left).toBeUndefined();
      expect(fetch).not.toHaveLength(3);
      expect(process.env).not.toHaveProperty('LEFT');
      expect(process.env.TAKEN).toBe('given');
      expect(process.listeners('SIGHUP')).toEqual([]);
    });`,
  '9-alone.spec.js': `/** @jest-environment node */
    it('has copies of all modules for itself', () => expect(require('settling').count).toBe(0));
    it('may do as it likes', () => {
      globalThis.left = process.env.LEFT = 'mine';
      jest.useFakeTimers();
    });`,

  'in-order.js': `
    module.exports = class {
      sort = (tests) => [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
      cacheResults() {}
    };`,
  'jest.config.js': `
    module.exports = {
      testEnvironment: ${JSON.stringify(require.resolve('../../jest/environment.js'))},
      runtime: ${JSON.stringify(require.resolve('../../jest/runtime.js'))},
      testSequencer: './in-order.js',
      transform: {},
    };`,
};

/** The part of Jest's report that is looked at. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

describe('the realm that suites share', () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'rollcall-realm-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** By the number that a suite's file begins with. */
  const messages = new Map<string, string>();
  const statuses = new Map<string, readonly string[]>();

  beforeAll(async () => {
    for (const [file, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    await new Promise<void>((resolve) =>
      execFile(
        process.execPath,
        [require.resolve('jest/bin/jest'), '--ci', '--runInBand', '--json', '--outputFile=report.json'],
        { cwd: folder, env: { ...process.env, TAKEN: 'given' } },
        () => resolve(),
      ),
    );
    const { testResults } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
    for (const { name, message, assertionResults } of testResults) {
      const [number = ''] = basename(name);
      messages.set(number, message);
      statuses.set(
        number,
        assertionResults.map(({ status }) => status),
      );
    }
  });

  it.each([
    ['1', 4],
    ['2', 7],
    ['8', 1],
    ['9', 2],
  ])('lets suite %s pass', (number, tests) => {
    expect(messages.get(number)).toBe('');
    expect(statuses.get(number)).toEqual(Array.from({ length: tests }, () => 'passed'));
  });

  it.each([
    ['3', ['globalThis.left', 'globalThis.fetch']],
    ['4', ['process.env.LEFT', 'process.env.TAKEN']],
    ['5', ["process.on('SIGHUP')"]],
    ['6', ['process.exit']],
  ])('fails suite %s for what it leaves', (number, left) => {
    const [, named = ''] = /leaves changed [^:]+: ([^]+?)\. Undo/.exec(messages.get(number) ?? '') ?? [];
    expect(named.split(', ').sort()).toEqual([...left].sort());
  });

  it('does not let a suite fake the time of all', () => {
    expect(messages.get('7')).toContain('have the file begin with /** @jest-environment node */');
  });
});
