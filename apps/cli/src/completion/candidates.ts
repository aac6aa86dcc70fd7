import type { Command, Option } from 'commander';

/** What is registered now. */
export interface LiveNames {
  readonly services: readonly string[];
  /** `<service>/<id>` */
  readonly instances: readonly string[];
}

/** Longer, and a person who has pressed Tab notices. */
export const NAMES_TIMEOUT_MS = 300;

/** Options whose value is the name of a service. */
const OF_SERVICES: ReadonlySet<string> = new Set(['--service']);

/**
 * What may stand in the place of the last word of a command line.
 *
 * @param words behind `rollcall`; the last one is the one that is being written, and may be empty
 * @param ask for what is registered; called only where a service or an instance may stand
 */
export async function candidates(
  program: Command,
  words: readonly string[],
  ask: () => Promise<LiveNames>,
): Promise<readonly string[]> {
  const written = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  // What stands behind it belongs to another program.
  if (before.includes('--')) return [];
  const { command, operands, open } = read(program, before);
  const options = [...command.options, ...program.options];
  const matching = (all: readonly string[]): readonly string[] =>
    [...new Set(all)]
      .filter((one) => one.startsWith(written))
      .filter(isPlain)
      .sort();

  if (open !== undefined) {
    if (open.argChoices !== undefined) return matching(open.argChoices);
    return open.long !== undefined && OF_SERVICES.has(open.long) ? matching((await ask()).services) : [];
  }
  if (written.startsWith('-'))
    return matching(options.flatMap((one) => (one.long === undefined ? [] : [one.long])));
  const subcommands = command.commands.filter((one) => !one.name().startsWith('_')).map((one) => one.name());
  if (operands === 0 && subcommands.length > 0) return matching(subcommands);

  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[operands] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return matching(argument.argChoices);
  const kinds = argument.name().split(/\W+/);
  if (!kinds.includes('service') && !kinds.includes('instance')) return [];
  const { services, instances } = await ask();
  return matching([
    ...(kinds.includes('service') ? services : []),
    ...(kinds.includes('instance') ? instances : []),
  ]);
}

interface Read {
  readonly command: Command;
  /** Words that are neither options nor their values nor names of commands. */
  readonly operands: number;
  /** The option whose value is being written. */
  readonly open: Option | undefined;
}

function read(program: Command, words: readonly string[]): Read {
  let command = program;
  let operands = 0;
  let open: Option | undefined;
  for (const word of words) {
    if (open !== undefined) {
      open = undefined;
    } else if (word.startsWith('-')) {
      const option = [...command.options, ...program.options].find(
        (one) => one.long === word || one.short === word,
      );
      open = option !== undefined && !option.isBoolean() && !option.optional ? option : undefined;
    } else {
      const next = operands === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (next === undefined) operands += 1;
      else command = next;
    }
  }
  return { command, operands, open };
}

/** Services may have any names; shells would carry some of them out. */
function isPlain(word: string): boolean {
  return /^[\w./:@-]+$/.test(word);
}
