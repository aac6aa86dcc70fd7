import { connect, type ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { SESSION_LIMITS, SESSION_SETTINGS } from '../http2-common/session-settings';

/** @param maxHeadBytes of the fields of an answer, told to the instance as advice */
export function connectSession(origin: string, socket: Socket, maxHeadBytes: number): ClientHttp2Session {
  return connect(origin, {
    ...SESSION_LIMITS,
    createConnection: () => socket,
    settings: { ...SESSION_SETTINGS, maxHeaderListSize: maxHeadBytes },
  });
}
