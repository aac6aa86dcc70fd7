import { isNativeError } from 'node:util/types';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { EXIT } from '../exit-codes';

/** Each is a program of its own: it reads its settings from the environment, and ends at SIGTERM or Ctrl-C. */
const APPS = {
  registry: () => import('@rollcall/registry'),
  gateway: () => import('@rollcall/gateway'),
} as const;

export type AppName = keyof typeof APPS;

export const addRegistry: AddCommand = (program, act) => {
  program
    .command('registry')
    .summary('run a registry')
    .description(
      'Runs a registry in this process. Its settings are environment variables: PORT, DATA_DIR and the others of the table in the README.',
    )
    .action(act(async () => become('registry')));
};

export const addGateway: AddCommand = (program, act) => {
  program
    .command('gateway')
    .summary('run a gateway')
    .description(
      'Runs a gateway in this process. Its settings are environment variables: PORT, REGISTRY_URL and the others of the table in the README.',
    )
    .action(act(async () => become('gateway')));
};

async function become(app: AppName): Promise<never> {
  endWithStarter();
  try {
    await APPS[app]();
  } catch (error) {
    const isMissing = isNativeError(error) && 'code' in error && NOT_FOUND.has(String(error.code));
    if (!isMissing) throw error;
    throw new CliFault(
      EXIT.no,
      `there is no ${app} in this installation, as in an image of another app`,
      `install the package rollcall, or run the image of the ${app}`,
      { cause: error },
    );
  }
  // It ends the process itself.
  return new Promise(() => undefined);
}

/** The codes of a file that cannot be loaded because it is not there. */
const NOT_FOUND: ReadonlySet<string> = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/** Longer than an app's own shutdown takes, so that only one that hangs is killed. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * `rollcall up` starts apps with a channel on which nothing is ever sent: its end says that `up` is gone, however it
 * ended, SIGKILL included.
 */
function endWithStarter(): void {
  if (process.channel == null) return;
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_TIMEOUT_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
}
