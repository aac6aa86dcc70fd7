import { keyValueOf, revisionOf } from './key-value';
import type { WireEvent } from './messages';
import type { KeyValue } from './key-value';

export type WatchEvent =
  | { readonly kind: 'put'; readonly keyValue: KeyValue }
  | { readonly kind: 'deleted'; readonly key: string };

/** Everything that one transaction changed of what is watched. */
export interface Change {
  readonly revision: number;
  readonly events: readonly WatchEvent[];
}

/**
 * Puts the answers of one watch together to changes: etcd may send the events of one revision in several answers
 * (`fragment`), and those of many revisions in one.
 */
export interface EventGatherer {
  /**
   * @param moreFollows the answer's `fragment`
   * @returns the changes that are complete now, in order
   */
  add(events: readonly WireEvent[], moreFollows: boolean): readonly Change[];
}

/** @param after the revision of the last change that is known: what is not later has been told already */
export function createEventGatherer(after: number): EventGatherer {
  let told = after;
  let last: { readonly revision: number; readonly events: WatchEvent[] } | undefined;

  return {
    add(events, moreFollows) {
      const complete: Change[] = [];
      const finish = (): void => {
        if (last === undefined) return;
        complete.push(last);
        told = last.revision;
        last = undefined;
      };
      for (const { type, kv } of events) {
        if (kv === null) continue;
        const revision = revisionOf(kv.mod_revision);
        if (revision <= told) continue;
        if (last !== undefined && last.revision !== revision) finish();
        last ??= { revision, events: [] };
        last.events.push(
          type === DELETED
            ? { kind: 'deleted', key: kv.key.toString() }
            : { kind: 'put', keyValue: keyValueOf(kv) },
        );
      }
      if (!moreFollows) finish();
      return complete;
    },
  };
}

/** `Event.EventType` of the proto file. */
const DELETED = 1;
