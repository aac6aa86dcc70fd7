import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A TCP peer in a thread of its own, which goes on while this thread is stalled. Bytes are Latin-1. */
export interface ThreadedPeer {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** All that has come, over whichever connection. */
  received(): string;
  /** Opens a connection to a port of 127.0.0.1, and writes there from then on. */
  connect(port: number): void;
  /** Writes to its latest connection. */
  write(bytes: string): void;
  /** Stalls this thread, as a machine that is paused would, until it has written and `ms` are over. */
  writeDuringStall(bytes: string, ms: number): Promise<void>;
  stop(): Promise<void>;
}

const PEER = `
  const { parentPort, workerData: written } = require('node:worker_threads');
  const net = require('node:net');
  let latest;
  const take = (socket) => {
    latest = socket;
    socket.on('error', () => undefined).on('data', (bytes) => parentPort.postMessage({ bytes: bytes.toString('latin1') }));
  };
  const server = net.createServer(take).listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
  parentPort.on('message', ({ port, bytes }) => {
    if (port !== undefined) return take(net.connect(port, '127.0.0.1'));
    latest.write(bytes, 'latin1', () => {
      Atomics.add(written, 0, 1);
      Atomics.notify(written, 0);
    });
  });
`;

interface Message {
  readonly port?: number;
  readonly bytes?: string;
}

export async function startThreadedPeer(): Promise<ThreadedPeer> {
  const written = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(PEER, { eval: true, workerData: written });
  const [{ port = 0 }] = (await once(thread, 'message')) as [Message];
  let text = '';
  thread.on('message', ({ bytes = '' }: Message) => (text += bytes));
  // Nothing else wakes those who wait here.
  const never = new Int32Array(new SharedArrayBuffer(4));

  return {
    port,
    received: () => text,
    connect: (to) => thread.postMessage({ port: to }),
    write: (bytes) => thread.postMessage({ bytes }),
    async writeDuringStall(bytes, ms) {
      // Behind the immediates of a turn of the event loop come the timers of the next one, and only then its reads.
      await new Promise((resolve) => setImmediate(resolve));
      const before = Atomics.load(written, 0);
      thread.postMessage({ bytes });
      Atomics.wait(written, 0, before);
      Atomics.wait(never, 0, 0, ms);
    },
    stop: async () => void (await thread.terminate()),
  };
}
