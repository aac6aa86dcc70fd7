import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The version in the package.json of the package that a folder belongs to, so that a document says the version of what
 * serves it.
 */
export function packageVersion(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return packageVersion(dirname(folder));
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const isVersioned = manifest !== null && typeof manifest === 'object' && 'version' in manifest;
  if (!isVersioned || typeof manifest.version !== 'string') throw new Error(`${file} has no version`);
  return manifest.version;
}
