import { connect, type Socket } from 'node:net';
import { eventually } from '@rollcall/testing';

/** A connection on which a spec writes bytes and reads what comes back; a character is a byte. */
export interface RawConnection {
  readonly socket: Socket;
  send(bytes: string): void;
  /** Everything received so far. */
  received(): string;
  /** Everything received, once `wanted` is in it. @throws with what came instead */
  until(wanted: string | RegExp): Promise<string>;
  /** Everything received, once the other side has closed. @throws with what came, when it does not */
  untilClosed(): Promise<string>;
  readonly closed: Promise<void>;
}

export async function openRawConnection(
  port: number,
  options: { allowHalfOpen?: boolean } = {},
): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', ...options });
  let text = '';
  let over = false;
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  // How it ends is what a spec looks at.
  socket.on('error', () => undefined);
  socket.once('end', () => (over = true));
  const closed = new Promise<void>((resolve) =>
    socket.once('close', () => {
      over = true;
      resolve();
    }),
  );
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));

  async function waitFor(condition: () => boolean, what: string): Promise<string> {
    await eventually(condition).catch(() => {
      throw new Error(`${what}; received: ${JSON.stringify(text)}`);
    });
    return text;
  }
  return {
    socket,
    send: (bytes) => void socket.write(bytes, 'latin1'),
    received: () => text,
    until: (wanted) =>
      waitFor(
        () => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)),
        `no ${String(wanted)} came`,
      ),
    untilClosed: () => waitFor(() => over, 'the connection stayed open'),
    closed,
  };
}
