import type { AddCommand } from './command';
import { addGateway, addRegistry } from './commands/apps';
import { addConfig } from './commands/config';
import { addEvents } from './commands/events';
import { addExplain } from './commands/explain';
import { addGet } from './commands/get';
import { addGuard } from './commands/guard';
import { addLs } from './commands/ls';
import { addRoutes } from './commands/routes';
import { addRun } from './commands/run';
import { addUp } from './commands/up';
import { addVersion } from './commands/version';
import { addWatch } from './commands/watch';
import { addWhoami } from './commands/whoami';

/** Every command, in the order in which the help lists them. */
export const COMMANDS: readonly AddCommand[] = [
  addUp,
  addLs,
  addGet,
  addExplain,
  addWatch,
  addEvents,
  addRoutes,
  addGuard,
  addRun,
  addWhoami,
  addConfig,
  addVersion,
  addRegistry,
  addGateway,
];
