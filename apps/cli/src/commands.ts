import type { AddCommand } from './command';
import { addGateway, addRegistry } from './commands/apps';
import { addLs } from './commands/ls';
import { addRun } from './commands/run';
import { addUp } from './commands/up';

/** Every command, in the order in which the help lists them. */
export const COMMANDS: readonly AddCommand[] = [addUp, addLs, addRun, addRegistry, addGateway];
