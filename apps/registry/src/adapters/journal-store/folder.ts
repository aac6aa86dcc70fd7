/**
 * The file system, as far as the store needs it. A file is written once, sequentially, by the process that created it, and
 * never changed afterwards, so that later writes cannot damage it.
 */
export interface Folder {
  /** Its path, for messages. */
  readonly path: string;
  /** Called first. Creates the folder if it is missing, and claims it for this process. */
  claim(): Promise<Claim>;
  /** Names of its files. */
  list(): Promise<readonly string[]>;
  /**
   * Creates an empty file; until `sync` a crash may undo it.
   *
   * @throws `EEXIST` when there is one of that name
   */
  create(name: string): Promise<AppendableFile>;
  /** The content from the beginning, in pieces. A reader may stop at any time. */
  read(name: string): AsyncIterable<Uint8Array>;
  /**
   * When the file was created, in nanoseconds; a copy of it was created later, and a file that is renamed, or written to, is
   * the same. `undefined` where the file system does not know.
   */
  bornAt(name: string): Promise<string | undefined>;
  /** Renames atomically: after a crash the file has one of the two names. */
  rename(from: string, to: string): Promise<void>;
  /** Does nothing if there is no such file. */
  remove(name: string): Promise<void>;
  /** Resolves once a crash cannot undo changes of names any more. */
  sync(): Promise<void>;
}

export interface AppendableFile {
  /** @throws when it is not known how much of it has been written */
  append(content: Uint8Array): Promise<void>;
  /**
   * Resolves once a crash cannot undo what has been appended.
   *
   * @throws when that is unknown. A retry proves nothing: the system may have dropped the pages that it could not write,
   * and report success the next time (https://lwn.net/Articles/752063/).
   */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type Claim =
  | { readonly kind: 'held'; release(): Promise<void> }
  /** Another living process uses the folder; `pid` if it answered. */
  | { readonly kind: 'taken'; readonly pid: number | undefined }
  /** The file system does not support the claim, or is full: other processes cannot be excluded. */
  | { readonly kind: 'unknown'; readonly error: unknown; release(): Promise<void> };
