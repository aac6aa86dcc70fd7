/** `npm run e2e:compose`: builds the images, and tests docker-compose.yml with real containers. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planContainerSteps } from './checks/container-steps.js';
import { test } from './checks/test.js';

process.exitCode = await test(dirname(dirname(fileURLToPath(import.meta.url))), planContainerSteps);
