import { join } from 'node:path';
import { startTypeScript } from '../../src';

/** Starts a process of its own, and says which. */
const started = startTypeScript(join(__dirname, 'idle-process.ts'));
process.stdout.write(`started ${started.child.pid}\n`);
