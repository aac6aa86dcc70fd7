import type { Damage } from './damage';

/** What the store has to tell; it logs nothing itself. */
export type JournalEvent =
  | {
      readonly type: 'restored';
      readonly catalogId: string;
      readonly revision: number;
      readonly instances: number;
      readonly tookMs: number;
    }
  /** Nothing had been kept. */
  | { readonly type: 'begun'; readonly catalogId: string }
  /** A crash left the beginning of a write that nobody was told of. */
  | { readonly type: 'torn_end_dropped'; readonly bytes: number }
  /** What was whole has been kept. `asideAs`: where the file is now; absent where it could not be moved. */
  | { readonly type: 'damaged'; readonly damage: Damage; readonly asideAs?: string }
  /** Whether somebody else keeps a catalog in the same folder cannot be found out. */
  | { readonly type: 'not_claimed'; readonly error: unknown }
  /** Nothing can be written; told once, until something can be again. */
  | { readonly type: 'write_failed'; readonly error: unknown }
  | { readonly type: 'write_recovered' }
  /** Somebody else writes to the folder in spite of all: this process writes no more. */
  | { readonly type: 'folder_lost' }
  | { readonly type: 'snapshot_written'; readonly bytes: number; readonly tookMs: number }
  /** The journals stay, and grow; it is tried again once they have grown some more. */
  | { readonly type: 'snapshot_failed'; readonly error: unknown };
