import { join } from 'node:path';
import { closedPort } from '@rollcall/testing';
import { runCommand } from './command';
import { createContainer, type Container } from './container';

export type Scale = Readonly<Record<string, number>>;

/** The workspace's docker-compose.yml under a project name of its own, so that no other stack is touched. */
export interface Stack {
  /** `docker-compose up -d`; resolves as soon as that returns. */
  up(scale: Scale, ...options: string[]): Promise<void>;
  /** `docker-compose <args>` */
  compose(...args: string[]): Promise<string>;
  /** The containers of a service that are running, paused ones among them. */
  containers(service: string): Promise<readonly Container[]>;
  /** The published addresses. */
  readonly gatewayUrl: string;
  readonly registryUrl: string;
  /** What every container that is still there wrote. */
  logs(): Promise<string>;
  /** Removes containers, networks, volumes and the images that `up` built. */
  down(): Promise<void>;
}

const workspace = join(__dirname, '../..');

/** @param given.overlays files on top of docker-compose.yml; `given.env` for what they ask the environment for */
export async function createStack(
  project: string,
  given: { overlays?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Stack> {
  const command = await findCompose();
  // Not the usual ones: a stack that somebody works with keeps those.
  const [gatewayPort, registryPort] = await Promise.all([closedPort(), closedPort()]);
  const env = {
    ...process.env,
    ...given.env,
    GATEWAY_PORT: String(gatewayPort),
    REGISTRY_PORT: String(registryPort),
  };
  const files = ['docker-compose.yml', ...(given.overlays ?? [])].flatMap((file) => ['--file', file]);

  const run = (args: readonly string[], shown: boolean) =>
    runCommand([...command, '--project-name', project, ...files, ...args], { cwd: workspace, env, shown });
  const compose = (...args: string[]) => run(args, false);

  return {
    gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
    registryUrl: `http://127.0.0.1:${registryPort}`,
    compose,
    async up(scale, ...options) {
      const scales = Object.entries(scale).flatMap(([service, count]) => ['--scale', `${service}=${count}`]);
      await run(['up', '-d', ...options, ...scales], true);
    },
    async containers(service) {
      // By the labels that compose gives them: asking compose itself takes ten times as long.
      const labels = [`project=${project}`, `service=${service}`];
      const filters = labels.flatMap((label) => ['--filter', `label=com.docker.compose.${label}`]);
      const ids = await runCommand(['docker', 'ps', '--quiet', '--no-trunc', ...filters]);
      return ids.split('\n').filter(Boolean).map(createContainer);
    },
    logs: () => compose('logs', '--no-color', '--timestamps'),
    down: async () => void (await compose('down', '--volumes', '--rmi', 'local', '--remove-orphans')),
  };
}

/** docker-compose 1 where it is installed, as the README spells the commands; else the plugin. */
async function findCompose(): Promise<[string, ...string[]]> {
  try {
    await runCommand(['docker-compose', 'version']);
    return ['docker-compose'];
  } catch {
    await runCommand(['docker', 'compose', 'version']);
    return ['docker', 'compose'];
  }
}
