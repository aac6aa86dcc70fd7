import { packageVersion } from '@rollcall/service-kit';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import type { Session } from '../session';

export const addVersion: AddCommand = (program, act) => {
  program
    .command('version')
    .summary('versions of this command and of the registry')
    .description('Shows the version of this command, and of the registry where one answers.')
    .action(act(version));
};

async function version({ registry, out }: Session): Promise<void> {
  const own = packageVersion(__dirname);
  const state = await registry.state().catch((error: unknown) => {
    if (!(error instanceof CliFault)) throw error;
    out.hint(error.message);
    return undefined;
  });
  out.show({
    data: { rollcall: own, node: process.versions.node, registry: state?.version ?? null },
    names: [own],
    table: () => [
      `rollcall ${own} on Node ${process.versions.node}`,
      ...(state === undefined ? [] : [`registry ${state.version} on Node ${state.node.replace(/^v/, '')}`]),
    ],
  });
}
