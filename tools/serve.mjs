/** `npx nx serve <app>`: runs one app, compiled and started anew on every change. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from './serve/serve.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.exitCode = await serve({ root, app: process.argv[2] });
