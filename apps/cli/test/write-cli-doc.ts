import { writeFileSync } from 'node:fs';
import { CLI_DOC, cliDoc } from './cli-doc';

writeFileSync(CLI_DOC, cliDoc());
