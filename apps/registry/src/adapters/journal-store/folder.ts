/**
 * The little that the store asks of a file system. A file is written once, front to back, by the process that made
 * it, and never changed afterwards: what is on disk already cannot be harmed by what comes later.
 */
export interface Folder {
  /** For messages. */
  readonly path: string;
  /** Called first. Makes the folder where there is none, and sees to it that nobody else keeps a catalog in it. */
  claim(): Promise<Claim>;
  /** Names of what is in it. */
  list(): Promise<readonly string[]>;
  /**
   * A new, empty file; a crash may take it back until `sync`.
   *
   * @throws `EEXIST` when there is one of that name
   */
  create(name: string): Promise<AppendableFile>;
  /** Its content from the beginning, piece by piece. A reader may leave at any time. */
  read(name: string): AsyncIterable<Uint8Array>;
  /** In one step: a crash leaves it under one of the two names. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when there is no such file. */
  remove(name: string): Promise<void>;
  /** Resolves once no crash can take back which names there are. */
  sync(): Promise<void>;
}

export interface AppendableFile {
  /** @throws when it is not known how much of it has been written */
  append(content: Uint8Array): Promise<void>;
  /**
   * Resolves once no crash can take back what has been appended.
   *
   * @throws when that is not known. Trying again proves nothing: the system may have thrown away what it could not
   * write, and report the next attempt as a success (https://lwn.net/Articles/752063/).
   */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type Claim =
  | { readonly kind: 'held'; release(): Promise<void> }
  /** Somebody alive keeps a catalog here; `pid` where it said so. */
  | { readonly kind: 'taken'; readonly pid: number | undefined }
  /** This file system has no means to find out, or has no room for it: nobody may be sure of being alone. */
  | { readonly kind: 'unknown'; readonly error: unknown; release(): Promise<void> };
