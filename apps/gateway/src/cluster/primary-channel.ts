import { primaryMessageOf, type PrimaryMessage, type WorkerMessage } from './messages';

/** The worker's end of the channel to the primary. When it breaks, node:cluster ends the process. */
export interface PrimaryChannel {
  /** Takes every message from now on, and those that came before: `begin` does not wait until a worker is composed. */
  onMessage(listener: (message: PrimaryMessage) => void): void;
  /**
   * What has a worker stop: the primary's message, not a signal. Ctrl-C reaches every process of a terminal at once, and
   * a worker that obeyed it would stop accepting before the gateway is drained.
   */
  whenToldTo(type: PrimaryMessage['type']): (stop: (why: string) => void) => void;
}

export function openPrimaryChannel(): PrimaryChannel {
  const early: PrimaryMessage[] = [];
  let take = (message: PrimaryMessage): void => void early.push(message);
  const hear = (listener: (message: PrimaryMessage) => void): void =>
    void process.on('message', (message) => {
      const known = primaryMessageOf(message);
      if (known !== undefined) listener(known);
    });
  hear((message) => take(message));

  return {
    onMessage(listener) {
      take = listener;
      for (const message of early.splice(0)) listener(message);
    },
    whenToldTo: (type) => (stop) => {
      for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => undefined);
      hear((message) => {
        if (message.type === type) stop(type);
      });
    },
  };
}

export function tellPrimary(message: WorkerMessage): void {
  if (process.connected) process.send?.(message);
}

/** For what is told just before an exit. Resolves when it is written, or when there is nobody to tell. */
export function tellPrimaryWhole(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || process.send === undefined) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });
}
