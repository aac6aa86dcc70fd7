import type { ChangeLog } from '../catalog/changes/change-log';
import type { PublishedChange } from './published-change';
import type { WatchList } from './watch-list';

export type ChangeListener = (change: PublishedChange) => void;

/** Publishes changes to the followers of a service, and keeps the latest for followers that were disconnected. */
export interface ChangeFeed {
  /** The catalog's revision up to which everything has been published. */
  readonly revision: number;
  publish(change: PublishedChange): void;
  /** The revisions start anew behind that one. */
  beginAnew(revision: number): void;
  /**
   * Calls the listener with every later change on the list until the returned function is called. The list may grow
   * meanwhile, by names that are told to `followMore`.
   */
  follow(list: WatchList, listener: ChangeListener): () => void;
  /** To be called with names that have been added to the list of a listener that follows already. */
  followMore(names: Iterable<string>, listener: ChangeListener): void;
  readonly log: Omit<ChangeLog<PublishedChange>, 'append' | 'beginAnew'>;
}

/** Only those who follow a service are looked at when it changes. */
export function createChangeFeed(log: ChangeLog<PublishedChange>, initialRevision: number): ChangeFeed {
  let revision = initialRevision;
  const ofEverything = new Set<ChangeListener>();
  const ofService = new Map<string, Set<ChangeListener>>();

  return {
    log,
    get revision() {
      return revision;
    },
    publish(change) {
      revision = change.revision;
      log.append(change);
      for (const listener of ofService.get(change.serviceName) ?? []) listener(change);
      for (const listener of ofEverything) listener(change);
    },
    beginAnew(anew) {
      revision = anew;
      log.beginAnew(anew);
    },
    followMore(names, listener) {
      for (const name of names) followOne(name, listener);
    },
    follow(list, listener) {
      if (list === '*') {
        ofEverything.add(listener);
        return () => void ofEverything.delete(listener);
      }
      for (const name of list) followOne(name, listener);
      return () => {
        for (const name of list) unfollowOne(name, listener);
      };
    },
  };

  function followOne(serviceName: string, listener: ChangeListener): void {
    const listeners = ofService.get(serviceName);
    if (listeners === undefined) ofService.set(serviceName, new Set([listener]));
    else listeners.add(listener);
  }

  function unfollowOne(serviceName: string, listener: ChangeListener): void {
    const listeners = ofService.get(serviceName);
    if (listeners?.delete(listener) === true && listeners.size === 0) ofService.delete(serviceName);
  }
}
