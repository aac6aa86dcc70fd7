/** `npm test`: installs what is missing, then checks everything and counts. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planSteps } from './checks/steps.js';
import { test } from './checks/test.js';

process.exitCode = await test(dirname(dirname(fileURLToPath(import.meta.url))), planSteps);
