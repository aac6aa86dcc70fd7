import type { AddCommand } from './command';
import { addLs } from './commands/ls';
import { addRun } from './commands/run';

/** Every command, in the order in which the help lists them. */
export const COMMANDS: readonly AddCommand[] = [addLs, addRun];
