import type { AddCommand } from './command';
import { addLs } from './commands/ls';

/** Every command, in the order in which the help lists them. */
export const COMMANDS: readonly AddCommand[] = [addLs];
