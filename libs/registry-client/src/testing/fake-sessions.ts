import type { ServerResponse } from 'node:http';
import {
  sessionQuerySchema,
  type Instance,
  type SessionClosed,
  type SessionEvent,
} from '@rollcall/contracts';
import { problemAnswer, type FakeAnswer } from './fake-answer';
import type { FakeCatalog } from './fake-catalog';
import { checked } from './fake-input';
import type { RecordedCall } from './fake-request';

/** The sessions that instances hold open. */
export interface FakeSessions {
  readonly count: number;
  /** @returns what is answered in place of a stream; undefined once one is open */
  open(call: RecordedCall, response: ServerResponse, catalog: FakeCatalog): FakeAnswer | undefined;
  /** Ends those whose incarnation is not listed any more. */
  review(catalog: FakeCatalog): void;
  /** Ends the session of an instance, with a word of why or as a broken connection does. */
  end(instanceId: string, reason: SessionClosed['reason'] | undefined): void;
  /** No pings from now on, with the connections left open: as a registry that was frozen. */
  silence(): void;
  /** Ends every session, as a registry does that is cut off: nobody is suspected. */
  endAll(): void;
}

interface FakeSession {
  readonly instance: Instance;
  readonly response: ServerResponse;
}

const PATH = /^\/instances\/([^/]+)\/session$/;

export function createFakeSessions(pingIntervalSeconds: number): FakeSessions {
  const sessions = new Map<string, FakeSession>();
  let silent = false;
  let pings: NodeJS.Timeout | undefined;

  function send({ response }: FakeSession, event: SessionEvent): void {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`);
  }

  /** Taken off first: what the registry itself ends makes nobody suspect. */
  function close(session: FakeSession, reason: SessionClosed['reason']): void {
    sessions.delete(session.instance.instance_id);
    send(session, { type: 'closed', data: { reason } });
    session.response.end();
  }

  function onLost(session: FakeSession, catalog: FakeCatalog): void {
    const { instance_id: id } = session.instance;
    if (sessions.get(id) !== session) return;
    sessions.delete(id);
    const status = catalog.instances().find((instance) => instance.instance_id === id)?.status;
    if (status === 'draining') catalog.evict(id);
    else catalog.update(id, { status: 'suspect', reason: 'session lost' });
  }

  return {
    get count() {
      return sessions.size;
    },

    open(call, response, catalog) {
      const query = checked(sessionQuerySchema, Object.fromEntries(call.query));
      if ('problem' in query) return problemAnswer(query.problem);
      const id = decodeURIComponent(PATH.exec(call.path)?.[1] ?? '');
      const instance = catalog.incarnationOf(id, query.value.epoch);
      if ('code' in instance) return problemAnswer(instance);

      const older = sessions.get(id);
      if (older !== undefined) close(older, 'superseded');
      const session = { instance, response };
      sessions.set(id, session);
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      const { epoch } = instance;
      const opened = { instance_id: id, epoch, ping_interval_seconds: pingIntervalSeconds };
      send(session, { type: 'opened', data: opened });
      response.once('close', () => onLost(session, catalog));
      pings ??= setInterval(() => {
        if (!silent) for (const { response: stream } of sessions.values()) stream.write(': ping\n\n');
      }, pingIntervalSeconds * 1000).unref();
      if (instance.status === 'suspect') catalog.update(id, { status: 'up' });
      return undefined;
    },

    review(catalog) {
      for (const session of [...sessions.values()])
        if ('code' in catalog.incarnationOf(session.instance.instance_id, session.instance.epoch))
          close(session, 'over');
    },

    end(instanceId, reason) {
      const session = sessions.get(instanceId);
      if (session === undefined) return;
      if (reason === undefined) session.response.destroy();
      else close(session, reason);
    },

    silence() {
      silent = true;
    },

    endAll() {
      clearInterval(pings);
      pings = undefined;
      silent = false;
      const open = [...sessions.values()];
      sessions.clear();
      for (const { response } of open) response.destroy();
    },
  };
}
