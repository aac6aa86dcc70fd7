import type { Damage } from './damage';

/** Events of the store, which logs nothing itself. */
export type JournalEvent =
  | {
      readonly type: 'restored';
      readonly catalogId: string;
      readonly revision: number;
      readonly instances: number;
      readonly tookMs: number;
    }
  /** The folder was empty. */
  | { readonly type: 'begun'; readonly catalogId: string }
  /** The folder is a copy: what was changed since it was made is missing. */
  | { readonly type: 'copied'; readonly catalogId: string; readonly formerId: string }
  /** A crash left an incomplete write that was never acknowledged. */
  | { readonly type: 'torn_end_dropped'; readonly bytes: number }
  /** Undamaged lines were recovered. `asideAs`: the file's name now; absent if it could not be renamed. */
  | { readonly type: 'damaged'; readonly damage: Damage; readonly asideAs?: string }
  /** It could not be determined whether another process uses the folder. */
  | { readonly type: 'not_claimed'; readonly error: unknown }
  /** Writing fails; reported once until it works again. */
  | { readonly type: 'write_failed'; readonly error: unknown }
  | { readonly type: 'write_recovered' }
  /** Another process writes to the folder despite the claim: this process stops writing. */
  | { readonly type: 'folder_lost' }
  | { readonly type: 'snapshot_written'; readonly bytes: number; readonly tookMs: number }
  /** The journals stay and grow; the next attempt follows when they are longer. */
  | { readonly type: 'snapshot_failed'; readonly error: unknown };
