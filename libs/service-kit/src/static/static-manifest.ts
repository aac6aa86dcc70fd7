/**
 * The files of a site, as its build writes them into `manifest.json` beside them. Beside each file there may be the same
 * compressed: `<file>.br`, `<file>.gz`.
 */
export interface StaticManifest {
  /** One of them is `index.html`: what every address of the site without a file answers with. */
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
