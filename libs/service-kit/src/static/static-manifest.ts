import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files of a site, as its build writes them into `manifest.json` beside them. Each has itself compressed beside it
 * (`.br`, `.gz`). One of them is `index.html`.
 */
export interface StaticManifest {
  readonly files: readonly StaticManifestFile[];
}

export interface StaticManifestFile {
  /** Below where the site is mounted, without a leading slash: `assets/main-3F2A.js`. */
  readonly path: string;
  /** Below the folder of the manifest. */
  readonly file: string;
  /** `Content-Type`. */
  readonly type: string;
  /** Its name changes with its content: it may be kept for ever. */
  readonly immutable: boolean;
}

/** @throws when the folder has no manifest, or what lies there is none */
export function readStaticManifest(folder: string): StaticManifest {
  const file = join(folder, 'manifest.json');
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isManifest(manifest)) throw new Error(`${file} is not the manifest of a site with an index.html`);
  return manifest;
}

function isManifest(value: unknown): value is StaticManifest {
  if (!isRecord(value) || !Array.isArray(value['files'])) return false;
  const files: readonly unknown[] = value['files'];
  return files.every(isFile) && files.some(({ path }) => path === 'index.html');
}

function isFile(value: unknown): value is StaticManifestFile {
  return (
    isRecord(value) &&
    [value['path'], value['file'], value['type']].every((field) => typeof field === 'string') &&
    typeof value['immutable'] === 'boolean'
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}
