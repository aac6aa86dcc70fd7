import Joi from 'joi';
import type { SettingSchemas } from './setting-schemas';
import { ConfigError } from './config-error';
import { withoutCredentials } from '../logging/printable';
import { isSecret, MASK, masked } from './secret';

/** An app's settings: one joi schema over environment variables, read once, frozen. */
export interface ConfigDefinition<T extends object> {
  /**
   * Variables that the schema does not name are ignored; empty ones count as not set.
   *
   * @throws ConfigError with every fault, not only the first
   */
  read(env: NodeJS.ProcessEnv): Readonly<T>;
  /** The effective settings for people to read, secrets masked. */
  describe(config: Readonly<T>): Record<string, unknown>;
}

export function defineConfig<T extends object>(settings: SettingSchemas<T>): ConfigDefinition<T> {
  const schema = Joi.object<T>({ ...settings }).options({
    abortEarly: false,
    stripUnknown: true,
    errors: { wrap: { label: false } },
  });
  const secrets = new Set(
    Object.entries<unknown>(settings).flatMap(([name, s]) => (isSecret(s) ? [name] : [])),
  );

  return {
    read(env) {
      const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
      const result = schema.validate(given);
      if (result.error === undefined) return Object.freeze(result.value);
      throw new ConfigError(
        result.error.details.map(({ path, message }) => ({
          path: path.join('.'),
          message: withoutSecret(message, given[String(path[0])], secrets.has(String(path[0]))),
        })),
        { cause: result.error },
      );
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
