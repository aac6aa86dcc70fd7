import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Joi from 'joi';
import { ConfigError } from './config-error';
import { defineConfig } from './define-config';
import { secret } from './secret';

const config = defineConfig<{ PORT: number; TOKEN?: string; DATABASE_URL?: string }>({
  PORT: Joi.number().integer().max(65_535).default(8080),
  TOKEN: secret(Joi.string()),
  DATABASE_URL: secret(Joi.string()),
});

describe('defineConfig', () => {
  it('reads typed values, fills in defaults and ignores what it does not know', () => {
    expect(config.read({ HOME: '/root' })).toEqual({ PORT: 8080 });
    expect(config.read({ PORT: '9000', TOKEN: 'x' })).toEqual({ PORT: 9000, TOKEN: 'x' });
  });

  it('takes an empty variable for one that is not set, as compose files pass them', () => {
    expect(config.read({ PORT: '' })).toEqual({ PORT: 8080 });
  });

  it('freezes what it answers', () => {
    expect(Object.isFrozen(config.read({}))).toBe(true);
  });

  it('names every fault, not only the first', () => {
    const both = defineConfig<{ A: number; B: number }>({ A: Joi.number().required(), B: Joi.number() });
    expect.assertions(2);
    try {
      both.read({ B: 'many' });
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).faults.map((fault) => fault.path)).toEqual(['A', 'B']);
    }
  });

  it('masks secrets, but leaves of a URL all that is not its password', () => {
    const settings = config.read({ TOKEN: 'hunter2', DATABASE_URL: 'postgres://shop:hunter2@db:5432/shop' });
    const described = JSON.stringify(config.describe(settings));
    expect(described).not.toContain('hunter2');
    expect(described).toContain('postgres://shop:***@db:5432/shop');
  });

  it('repeats no secret in a fault, and no password of a malformed address', () => {
    const strict = defineConfig<{ TOKEN: string; PEER: string }>({
      TOKEN: secret(Joi.string().pattern(/^\d+$/)),
      PEER: Joi.string().pattern(/^\d+$/),
    });
    const reading = () => strict.read({ TOKEN: 'hunter2', PEER: 'amqp://u:hunter3@queue' });
    expect(reading).toThrow(/TOKEN.*\*\*\*.*\n.*PEER.*amqp:\/\/\*\*\*@queue/);
    expect(reading).not.toThrow(/hunter/);
  });

  it.each(['hunter2', 'key:hunter2', 'data:hunter2'])('masks %s whole, which is no address', (token) => {
    expect(config.describe(config.read({ TOKEN: token }))['TOKEN']).toBe('***');
  });
});

describe('rules between settings', () => {
  interface Settings {
    readonly AUTH: string;
    readonly LIMIT: number;
    readonly TOKEN?: string;
    readonly HOSTS?: string;
  }
  const ruled = defineConfig<Settings>(
    {
      AUTH: Joi.string().valid('on', 'off').default('off'),
      LIMIT: Joi.number().default(5),
      TOKEN: secret(Joi.string()),
      HOSTS: Joi.string(),
    },
    [
      {
        setting: 'TOKEN',
        beside: ['AUTH'],
        idle: ({ AUTH }) => AUTH === 'off',
        why: 'has no effect: AUTH is off',
        mend: 'Set AUTH=on',
      },
      {
        setting: 'LIMIT',
        beside: ['AUTH'],
        idle: ({ AUTH }) => AUTH === 'off',
        why: 'has no effect: AUTH is off',
        mend: 'Set AUTH=on',
      },
      {
        setting: 'HOSTS',
        beside: ['AUTH'],
        idle: ({ AUTH }) => AUTH === 'on',
        why: 'has no effect: AUTH is on',
        mend: 'Unset HOSTS',
        then: 'warn',
      },
    ],
  );
  const faultsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
    try {
      ruled.read(env);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.faults.map(({ message }) => message);
      throw error;
    }
  };

  it('refuse a setting that another one leaves without effect, and never a default or an empty one', () => {
    expect(faultsOf({ TOKEN: 'x' })).toEqual(['TOKEN has no effect: AUTH is off. Set AUTH=on']);
    expect(faultsOf({ TOKEN: 'x', LIMIT: '5' })).toHaveLength(2);
    expect(faultsOf({ TOKEN: 'x', AUTH: 'on' })).toEqual([]);
    expect(faultsOf({ TOKEN: '', LIMIT: '' })).toEqual([]);
  });

  it('say nothing of settings that are faulty by themselves, and list all other faults', () => {
    expect(faultsOf({ TOKEN: 'x', AUTH: 'maybe' })).toEqual(['AUTH must be one of [on, off]']);
    expect(faultsOf({ TOKEN: 'x', LIMIT: 'many' })).toEqual([
      'LIMIT must be a number',
      'TOKEN has no effect: AUTH is off. Set AUTH=on',
    ]);
  });

  it('name the variable that was set, where a secret comes in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-rules-'));
    writeFileSync(join(folder, 'token'), 'x');
    expect(faultsOf({ TOKEN_FILE: join(folder, 'token') })).toEqual([
      'TOKEN_FILE has no effect: AUTH is off. Set AUTH=on',
    ]);
    rmSync(folder, { recursive: true });
  });

  it('only warn where the rule says so', () => {
    const warnings: string[] = [];
    const read = (env: NodeJS.ProcessEnv) => ruled.read(env, ({ message }) => warnings.push(message));
    expect(read({ AUTH: 'on', HOSTS: 'h' })).toMatchObject({ HOSTS: 'h' });
    read({ HOSTS: 'h' });
    expect(warnings).toEqual(['HOSTS has no effect: AUTH is on. Unset HOSTS']);
  });
});

describe('a secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-config-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['TOKEN', 'hunter2'],
    ['DATABASE_URL', 'postgres://shop:hunter2@db:5432/shop'],
  ])('is %s, without the line end', (name, text) => {
    expect(config.read({ [`${name}_FILE`]: write(name, `${text}\n`) })).toEqual({ PORT: 8080, [name]: text });
  });

  it('is a secret only: nothing else is read from files', () => {
    expect(config.read({ PORT_FILE: write('port', '9000') })).toEqual({ PORT: 8080 });
  });

  it.each([
    ['exclude each other', () => ({ TOKEN: 'x', TOKEN_FILE: write('both', 'y') })],
    ['cannot be read (ENOENT)', () => ({ TOKEN_FILE: join(folder, 'missing') })],
    ['cannot be read (EISDIR)', () => ({ TOKEN_FILE: folder })],
    ['is empty', () => ({ TOKEN_FILE: write('empty', '\n') })],
  ])('that %s is a fault that names its variable', (fault, env) => {
    expect(() => config.read(env())).toThrow(
      expect.objectContaining({ message: expect.stringContaining(fault) }),
    );
    expect(() => config.read({ ...env(), PORT: 'x' })).toThrow(/TOKEN_FILE[^]*PORT/);
  });
});
