import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AppName } from './app-process';

export type Environment = Readonly<Record<string, string>>;

/** What docker compose reads of a service, as far as it is about its environment. */
interface ComposeService {
  readonly build?: { readonly args: { readonly APP: AppName; readonly PORT: number } };
  readonly environment?: Environment;
}
interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

const root = join(__dirname, '../..');

/**
 * The environment in which compose runs each app: the image's, then what the files say, later ones over earlier ones.
 * Nothing is set on the machine, so that every `${NAME:-default}` is its default.
 */
export function composeEnvironments(files: readonly string[]): ReadonlyMap<AppName, Environment> {
  const composed = files.map((file): ComposeFile => {
    const text = readFileSync(join(root, file), 'utf8');
    return parse(text.replace(/\$\{\w+(?::-([^}]*))?\}/g, '$1'), { merge: true }) as ComposeFile;
  });
  const found = new Map<AppName, Environment>();
  for (const [service, { build }] of Object.entries(composed[0]?.services ?? {})) {
    if (build === undefined) continue;
    const { APP, PORT } = build.args;
    found.set(
      APP,
      Object.assign(
        imageEnvironment(PORT),
        ...composed.map(({ services }) => services[service]?.environment),
      ) as Environment,
    );
  }
  return found;
}

function imageEnvironment(port: number): Environment {
  const [, line = ''] =
    /^ENV (.+)$/m.exec(readFileSync(join(root, 'docker/service.Dockerfile'), 'utf8')) ?? [];
  return Object.fromEntries(
    line.split(' ').map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [name, value.replace('$PORT', String(port))];
    }),
  );
}
