import { connect, type ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** What the instance may send before it is read: of one answer, and of all of them together. */
const STREAM_WINDOW = 256 * 1024;
const SESSION_WINDOW = 1024 * 1024;

const LIMITS = {
  /** Too low ends sessions of instances that send now and then what Node refuses; Node's 1000 keeps hostile ones for long. */
  maxSessionInvalidFrames: 100,
  maxSettings: 16,
};

/** @param maxHeadBytes of the fields of an answer, told to the instance as advice */
export function connectSession(origin: string, socket: Socket, maxHeadBytes: number): ClientHttp2Session {
  return connect(origin, {
    ...LIMITS,
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: STREAM_WINDOW, maxHeaderListSize: maxHeadBytes },
  });
}

/** Once it is connected. The setting is for streams alone: without this, all of them together stay at 64 KiB. */
export function widenWindow(session: ClientHttp2Session): void {
  session.setLocalWindowSize(SESSION_WINDOW);
}
