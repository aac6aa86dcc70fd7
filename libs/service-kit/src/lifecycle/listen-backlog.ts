import type { Server } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** As many connections as wait to be accepted where nothing else is said to `listen`: Node's default. */
const LENGTH = 511;

/**
 * Accepts what has connected already, which the system would reset with the listening socket: to a caller that has sent
 * its request by then, that is a lost one. Node accepts one connection a turn of the event loop
 * (https://github.com/libuv/libuv/pull/3696), so none is left once a turn has brought none.
 */
export async function acceptBacklog(server: Server): Promise<void> {
  let accepted = 0;
  const count = (): void => void (accepted += 1);
  server.on('connection', count).on('drop', count);
  // What is left of this turn may be after it has looked for connections.
  await nextTurn();
  let before;
  do {
    before = accepted;
    await nextTurn();
  } while (accepted > before && accepted < LENGTH);
  server.off('connection', count).off('drop', count);
}
