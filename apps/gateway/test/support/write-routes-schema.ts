import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { routesFileJsonSchema } from '../../src/routes-file/routes-file-json-schema';

/** `npm run docs:routes-file`: brings the published JSON Schema up to date with the one that files are validated by. */
async function write(): Promise<void> {
  const file = join(__dirname, '../../../../docs/routes-file.schema.json');
  const options = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(routesFileJsonSchema()), { ...options, filepath: file }));
}

void write();
