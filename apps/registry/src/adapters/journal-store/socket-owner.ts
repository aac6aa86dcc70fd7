import { connect } from 'node:net';
import { codeOf } from './file-fault';

/** Somebody who listens at a socket. */
export interface Listener {
  /** The process it says it is; unknown when it does not answer, as a stopped one. */
  readonly pid: number | undefined;
}

/** The system takes the connection also for a process that is frozen; this is how long its answer is waited for. */
const ANSWER_TIMEOUT_MS = 500;

/** `undefined` when the process that made the socket lives no more. */
export function whoListensAt(socketPath: string): Promise<Listener | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(socketPath);
    socket.setEncoding('utf8').setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy());
    socket.on('data', (text: string) => (answer += text));
    socket.once('close', () => resolve({ pid: Number.parseInt(answer, 10) || undefined }));
    socket.on('error', (error) => {
      if (['ECONNREFUSED', 'ENOENT'].includes(codeOf(error) ?? '')) resolve(undefined);
    });
  });
}
