import type { SessionClosed } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { CommittedChange } from '../catalog/changes/change';
import type { Entry } from '../catalog/entry';
import { instanceKey } from '../catalog/instance-index';
import { eventFrame, PING_FRAME } from '../watch/event-frame';
import type { EventSink } from '../watch/event-sink';

/** Every open session: one an instance at most. */
export interface SessionHub {
  readonly count: number;
  /** Whether that incarnation has a session here. */
  isOpen(entry: Entry): boolean;
  /** Every instance that has one here. */
  entries(): Iterable<Entry>;
  /** Begins a session of that incarnation; an earlier one of the same incarnation ends and is not missed. */
  open(entry: Entry, sink: EventSink): void;
  /** Ends a session whose token was taken away. The process is not suspected for it; its lease ends without heartbeats. */
  revoke(entry: Entry, sink: EventSink): void;
  /** Ends the session of an instance that has opened another one at another replica. */
  supersede(entry: Entry): void;
  /** To be told of every change once the catalog has applied it: who is not listed any more has no session. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put' | 'remove'>): void;
  /** Shows some of the instances that the registry is there: each of them once in `SESSION_PING_INTERVAL_MS`. */
  ping(): void;
  /** The registry is shutting down: ends all sessions without suspecting their instances. */
  end(): void;
}

export interface SessionHubOptions {
  readonly catalog: Pick<Catalog, 'isListed'>;
  /** Told in the order in which it happened, for each instance; never for a session that the registry itself has ended. */
  readonly onEvent: (entry: Entry, type: 'session_opened' | 'session_lost') => void;
  /** Told of every session that begins or ends, whoever ended it. */
  readonly onSession: (entry: Entry, what: 'opened' | 'closed') => void;
}

/**
 * Well within what proxies and NATs let a silent connection live. Too low: a write for each instance, for nothing. Too
 * high: an instance waits longer for a registry whose host has vanished.
 */
export const SESSION_PING_INTERVAL_MS = 15_000;
/** Sessions are pinged in turns, a part of them at a time: a hundred thousand writes at once would take a second. */
const PING_TURNS = 15;
/** How often `ping` is to be called, milliseconds. */
export const SESSION_PING_TURN_MS = SESSION_PING_INTERVAL_MS / PING_TURNS;

interface Session {
  readonly entry: Entry;
  readonly sink: EventSink;
  readonly pingTurn: number;
}

export function createSessionHub({ catalog, onEvent, onSession }: SessionHubOptions): SessionHub {
  const sessions = new Map<string, Session>();
  const pingTurns = Array.from({ length: PING_TURNS }, () => new Set<Session>());
  let opened = 0;
  let pinged = 0;

  return {
    get count() {
      return sessions.size;
    },
    isOpen: (entry) => sessions.get(keyOf(entry))?.entry === entry,
    *entries() {
      for (const { entry } of sessions.values()) yield entry;
    },
    open(entry, sink) {
      const { instanceId, epoch } = entry.record;
      const key = keyOf(entry);
      close(sessions.get(key), 'superseded');
      const session = { entry, sink, pingTurn: (opened += 1) % PING_TURNS };
      sessions.set(key, session);
      pingTurns[session.pingTurn]?.add(session);
      onSession(entry, 'opened');
      onEvent(entry, 'session_opened');
      sink.onClose(() => {
        if (forget(session)) onEvent(entry, 'session_lost');
      });
      sink.write(
        eventFrame({
          type: 'opened',
          data: { instance_id: instanceId, epoch, ping_interval_seconds: SESSION_PING_INTERVAL_MS / 1000 },
        }),
      );
    },
    revoke(entry, sink) {
      const session = sessions.get(keyOf(entry));
      if (session?.sink === sink) close(session, 'unauthorized');
    },
    supersede(entry) {
      const session = sessions.get(keyOf(entry));
      if (session?.entry === entry) close(session, 'superseded');
    },
    follow({ serviceName, put, remove }) {
      for (const instanceId of remove) closeIfOver(sessions.get(instanceKey(serviceName, instanceId)));
      for (const { instanceId } of put) closeIfOver(sessions.get(instanceKey(serviceName, instanceId)));
    },
    ping() {
      for (const { sink } of pingTurns[(pinged += 1) % PING_TURNS] ?? []) sink.write(PING_FRAME);
    },
    end() {
      for (const session of [...sessions.values()]) close(session, 'registry_closing');
    },
  };

  function closeIfOver(session: Session | undefined): void {
    if (session !== undefined && !catalog.isListed(session.entry)) close(session, 'over');
  }

  function close(session: Session | undefined, reason: SessionClosed['reason']): void {
    if (session === undefined || !forget(session)) return;
    session.sink.write(eventFrame({ type: 'closed', data: { reason } }));
    session.sink.end();
  }

  /** Answers whether it was open until now: whoever ends it is not told of its end. */
  function forget(session: Session): boolean {
    const key = keyOf(session.entry);
    if (sessions.get(key) !== session) return false;
    pingTurns[session.pingTurn]?.delete(session);
    sessions.delete(key);
    onSession(session.entry, 'closed');
    return true;
  }
}

function keyOf({ record }: Entry): string {
  return instanceKey(record.registration.serviceName, record.instanceId);
}
