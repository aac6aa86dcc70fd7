import { createEtcdClient, type EtcdClient, type EtcdClientOptions } from '@rollcall/etcd-client';
import type { EtcdEvent } from './etcd-event';

/** The client in use. A cluster that was set up anew has another identity, which a client never accepts: then it is another one. */
export interface EtcdLink {
  readonly client: EtcdClient;
  /** Called with each client that takes the place of another. */
  onReplaced(listener: () => void): void;
  close(): void;
}

export type EtcdConnection = Omit<EtcdClientOptions, 'events'>;

export function createEtcdLink(options: EtcdConnection, onEvent: (event: EtcdEvent) => void): EtcdLink {
  let isClosed = false;
  let listener: () => void = () => undefined;
  let client = create();

  /** Every endpoint in a row has to be of the other cluster: one that is may be a mistake in the settings. */
  function create(): EtcdClient {
    const foreign = new Set<string>();
    const created: EtcdClient = createEtcdClient({
      ...options,
      events: {
        connected(endpoint) {
          foreign.clear();
          onEvent({ type: 'connected', endpoint });
        },
        failed(fault) {
          onEvent({ type: 'connection_failed', fault });
          if (fault.kind === 'wrong_cluster') foreign.add(fault.message);
          else foreign.clear();
          if (foreign.size >= options.endpoints.length && !isClosed) setImmediate(() => replace(created));
        },
      },
    });
    return created;
  }

  function replace(former: EtcdClient): void {
    if (isClosed || client !== former) return;
    client = create();
    former.close();
    listener();
  }

  return {
    get client() {
      return client;
    },
    onReplaced(tell) {
      listener = tell;
    },
    close() {
      isClosed = true;
      client.close();
    },
  };
}
