import type { AddCommand } from './command';
import { addGateway, addRegistry } from './commands/apps';
import { addCompletion } from './commands/completion';
import { addConfig } from './commands/config';
import { addDoctor } from './commands/doctor';
import { addDrain } from './commands/drain';
import { addEject, addRestore } from './commands/eject';
import { addEvents } from './commands/events';
import { addExplain } from './commands/explain';
import { addGet } from './commands/get';
import { addGuard } from './commands/guard';
import { addGuardRelease } from './commands/guard-release';
import { addLs } from './commands/ls';
import { addIn, addOut } from './commands/out';
import { addDeregister, addRegister } from './commands/register';
import { addRoutes } from './commands/routes';
import { addRun } from './commands/run';
import { addTokenCommands } from './commands/token';
import { addUi } from './commands/ui';
import { addUp } from './commands/up';
import { addVersion } from './commands/version';
import { addWait } from './commands/wait';
import { addWatch } from './commands/watch';
import { addWhoami } from './commands/whoami';

/** Every command, in the order in which the help lists them. */
export const COMMANDS: readonly AddCommand[] = [
  addUp,
  addRun,
  addLs,
  addGet,
  addExplain,
  addWatch,
  addEvents,
  addRoutes,
  addGuard,
  addGuardRelease,
  addDrain,
  addOut,
  addIn,
  addEject,
  addRestore,
  addRegister,
  addDeregister,
  addWait,
  addUi,
  addDoctor,
  addTokenCommands,
  addWhoami,
  addConfig,
  addCompletion,
  addVersion,
  addRegistry,
  addGateway,
];
