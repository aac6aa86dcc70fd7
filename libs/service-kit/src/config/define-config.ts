import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import type { Fault } from '@rollcall/contracts';
import Joi from 'joi';
import type { SettingSchemas } from './setting-schemas';
import { ConfigError } from './config-error';
import { withoutCredentials } from '../logging/printable';
import { isSecret, MASK, masked } from './secret';
import { brokenRules, type SettingRule } from './setting-rules';

/** An app's settings: one joi schema over environment variables, read once, frozen. */
export interface ConfigDefinition<T extends object> {
  /**
   * Variables that the schema does not name are ignored; empty ones count as not set. A secret may come in a file that
   * `<its name>_FILE` names: an environment is shown by `docker inspect` and handed on to every child.
   *
   * @param onWarning hears of each setting that has no effect, where that is no reason not to start
   * @throws ConfigError with every fault, not only the first
   */
  read(env: NodeJS.ProcessEnv, onWarning?: (warning: Fault) => void): Readonly<T>;
  /** The effective settings for people to read, secrets masked. */
  describe(config: Readonly<T>): Record<string, unknown>;
}

/** @param rules which settings have no effect, or contradict each other, beside which others */
export function defineConfig<T extends object>(
  settings: SettingSchemas<T>,
  rules: readonly SettingRule<T>[] = [],
): ConfigDefinition<T> {
  const schema = Joi.object<T>({ ...settings }).options({
    abortEarly: false,
    stripUnknown: true,
    errors: { wrap: { label: false } },
  });
  const secrets = new Set(
    Object.entries<unknown>(settings).flatMap(([name, s]) => (isSecret(s) ? [name] : [])),
  );

  return {
    read(env, onWarning) {
      const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
      const unreadable = [...secrets].flatMap((name) => readSecret(name, given) ?? []);
      const result = schema.validate(given);
      const invalid = (result.error?.details ?? []).map(({ path, message }) => ({
        path: path.join('.'),
        message: withoutSecret(message, given[String(path[0])], secrets.has(String(path[0]))),
      }));
      const names = Object.keys(settings).flatMap((name): [string, string][] =>
        given[name] === undefined ? [] : [[name, env[name] ? name : `${name}_FILE`]],
      );
      const broken = brokenRules(rules, result.value, {
        names: new Map(names),
        faulty: new Set([...unreadable, ...invalid].map(({ path }) => path)),
      });
      const faults = [...unreadable, ...invalid, ...broken.faults];
      if (faults.length > 0 || result.error !== undefined)
        throw new ConfigError(faults, { cause: result.error });
      broken.warnings.forEach((warning) => onWarning?.(warning));
      return Object.freeze(result.value);
    },
    describe: (config) =>
      Object.fromEntries(
        Object.entries<unknown>({ ...config }).map(([name, value]) => [
          name,
          secrets.has(name) ? masked(value) : value,
        ]),
      ),
  };
}

/** Many faults repeat what was seen, and an address may carry a password that nobody has marked as a secret. */
function withoutSecret(message: string, value: string | undefined, isSecret: boolean): string {
  const hidden = isSecret && value !== undefined ? message.replaceAll(value, MASK) : message;
  return withoutCredentials(hidden);
}

/** Puts the text of the file that `<name>_FILE` names, without the line end that editors add, where `name` would be. */
function readSecret(name: string, given: Record<string, string | undefined>): Fault | undefined {
  const variable = `${name}_FILE`;
  const file = given[variable];
  if (file === undefined) return undefined;
  if (given[name] !== undefined)
    return { path: variable, message: `${variable} and ${name} exclude each other: set one of them` };
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text === '') return { path: variable, message: `${variable}: ${file} is empty` };
    given[name] = text;
    return undefined;
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    return { path: variable, message: `${variable}: ${file} cannot be read (${code})` };
  }
}
