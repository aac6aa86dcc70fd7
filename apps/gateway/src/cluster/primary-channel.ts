import { primaryMessageOf, type PrimaryMessage, type WorkerMessage } from './messages';

/** The worker's end of the channel to the primary. When it breaks, node:cluster ends the process. */
export function onPrimaryMessage(listener: (message: PrimaryMessage) => void): void {
  process.on('message', (message) => {
    const known = primaryMessageOf(message);
    if (known !== undefined) listener(known);
  });
}

export function tellPrimary(message: WorkerMessage): void {
  if (process.connected) process.send?.(message);
}

/**
 * What has a worker stop: the primary's message, not a signal. Ctrl-C reaches every process of a terminal at once, and a
 * worker that obeyed it would stop accepting before the gateway is drained.
 */
export function whenPrimarySays(type: PrimaryMessage['type']) {
  return (stop: (why: string) => void): void => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => undefined);
    onPrimaryMessage((message) => {
      if (message.type === type) stop(type);
    });
  };
}
