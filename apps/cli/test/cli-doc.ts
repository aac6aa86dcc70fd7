import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../src/cli';

export const CLI_DOC = join(__dirname, '../../../docs/cli.md');

/** What stands before this line in the document is written by hand. */
const BEGINNING = '## Commands\n';
const GLOBAL = 'Global Options:';

/** The document, with its commands as their own help has them. */
export function cliDoc(): string {
  const [written = ''] = readFileSync(CLI_DOC, 'utf8').split(BEGINNING);
  const program = createProgram(
    {
      env: {},
      stdout: { write: () => undefined, columns: 110 },
      stderr: { write: () => undefined },
      signal: new AbortController().signal,
      takeSignals: () => () => undefined,
      ask: undefined,
    },
    () => undefined,
  );
  const sections = commandsIn(program).map((command) => `### \`${nameOf(command)}\`\n\n${helpOf(command)}`);
  return `${written}${BEGINNING}\n${helpOf(program)}\n${sections.join('\n')}`;
}

/** Each command and those beneath it, the help command left out. */
function commandsIn(command: Command): readonly Command[] {
  const forPeople = command.commands.filter((one) => one.name() !== 'help' && !one.name().startsWith('_'));
  return forPeople.flatMap((one) => [one, ...commandsIn(one)]);
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

/** The options of all commands stand once, in the help of the program. */
function helpOf(command: Command): string {
  const [text = ''] = command.helpInformation().split(GLOBAL);
  return `\`\`\`text\n${text.trim()}\n\`\`\`\n`;
}
