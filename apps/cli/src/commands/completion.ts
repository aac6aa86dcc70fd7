import type { ServicesResponse } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { Argument } from 'commander';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { candidates, NAMES_TIMEOUT_MS, type LiveNames } from '../completion/candidates';
import { isShell, SHELLS, shellScript } from '../completion/shell-scripts';
import { EXIT } from '../exit-codes';
import type { Session } from '../session';

export const addCompletion: AddCommand = (program, act) => {
  program
    .command('completion')
    .summary('has a shell complete commands, options, services and instances')
    .description(
      'Writes a script for a shell: source <(rollcall completion bash), the same with zsh, or ' +
        'rollcall completion fish | source.',
    )
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(
      act(({ out }, shell: string) => {
        if (!isShell(shell)) throw new CliFault(EXIT.usage, `there is no script for ${shell}`);
        for (const line of shellScript(shell).split('\n')) out.line(line);
        return Promise.resolve();
      }),
    );
  // For the scripts alone.
  program
    .command('__complete', { hidden: true })
    .argument('[word...]')
    .action(
      act(async (session, words: readonly string[]) => {
        for (const word of await candidates(program, words, () => liveNames(session))) session.out.line(word);
      }),
    );
};

/** What the registry knows, if it says so at once: nobody waits for a registry at every Tab. */
async function liveNames({ registry, signal }: Session): Promise<LiveNames> {
  const call = { method: 'GET', path: '/services', timeoutMs: NAMES_TIMEOUT_MS, signal } as const;
  const found = await registry.calls.json<ServicesResponse>(call, ['services']).catch(() => undefined);
  if (found === undefined) return { services: [], instances: [] };
  return {
    services: Object.keys(found.services),
    instances: Object.values(found.services).flat().map(nameOf),
  };
}
