import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { startUpstream, type RunningUpstream } from './start-upstream';

/** An instance that can die as a process does that is killed: its connections are reset, and its port refuses. */
export interface MortalUpstream extends RunningUpstream {
  /** When it resolves, nothing of it is left. */
  kill(): Promise<void>;
  /** Goes on taking connections and never answers again, as a process that is frozen (SIGSTOP). */
  freeze(): void;
  /** Resets whatever reaches it from now on. */
  turnResetting(): void;
}

export async function startMortalUpstream(answer: RequestListener): Promise<MortalUpstream> {
  let state: 'well' | 'frozen' | 'resetting' = 'well';
  const upstream = await startUpstream((req, res) => {
    if (state === 'resetting') req.socket.resetAndDestroy();
    if (state === 'well') answer(req, res);
  });
  const sockets = new Set<Socket>();
  upstream.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    ...upstream,
    kill() {
      const closed = new Promise<void>((resolve) => upstream.server.close(() => resolve()));
      for (const socket of sockets) socket.resetAndDestroy();
      return closed;
    },
    freeze() {
      state = 'frozen';
    },
    turnResetting() {
      state = 'resetting';
    },
    stop: () => (upstream.server.listening ? upstream.stop() : Promise.resolve()),
  };
}
