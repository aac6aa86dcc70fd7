import type { Connection } from './connection';
import { createEndpointRotation } from './endpoints';
import { asEtcdError, EtcdError } from './etcd-fault';

/** What there is to log and count. None of it may throw. */
export interface ConnectionEvents {
  connected(endpoint: string): void;
  /** An endpoint could not be used, or is not used any more. */
  failed(fault: EtcdError): void;
}

/**
 * The one connection in use. Unary calls, keep-alives and watches all go over it, and they leave it together: a member
 * that is of no use to one of them is of no use to the others, and spread over several members a third of the calls
 * would always meet the one that is away.
 */
export interface Connector {
  /**
   * The connection in use, as soon as there is one.
   *
   * @param limits.ms from now; none to wait for however long it takes
   * @param limits.oneRound gives up as soon as every endpoint has been tried
   * @throws EtcdError why the endpoints cannot be used
   */
  current(limits: { readonly ms?: number; readonly oneRound?: boolean }): Promise<Connection>;
  /** Leaves it, if it is still the one in use. */
  moveOn(from: Connection, fault: EtcdError): void;
  /** A call succeeded. */
  succeeded(connection: Connection): void;
  /**
   * A call that is sent regularly was answered, or not in time: after two in a row that were not, the connection is left.
   * Answers to other calls do not count: a leader that was deposed goes on answering keep-alives.
   */
  heartbeat(connection: Connection, missed: EtcdError | undefined): void;
  close(): void;
}

export interface ConnectorOptions {
  readonly hosts: readonly string[];
  /** Opens a connection and makes sure that it is of use. @throws EtcdError */
  readonly open: (host: string) => Promise<Connection>;
  readonly random: () => number;
  readonly events: ConnectionEvents;
}

interface Waiter {
  readonly oneRound: boolean;
  readonly resolve: (connection: Connection) => void;
  readonly reject: (fault: EtcdError) => void;
}

export function createConnector({ hosts, open, random, events }: ConnectorOptions): Connector {
  const rotation = createEndpointRotation(hosts, random);
  const waiters = new Set<Waiter>();
  let inUse: { readonly connection: Connection; missed: number } | undefined;
  let isConnecting = false;
  let isClosed = false;
  let lastFault: EtcdError | undefined;
  let pauseTimer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    isConnecting = true;
    let round: EtcdError[] = [];
    while (!isClosed && inUse === undefined) {
      const { host, waitMs } = rotation.next();
      if (waitMs > 0) await new Promise((resolve) => (pauseTimer = setTimeout(resolve, waitMs)));
      if (isClosed) break;
      try {
        use(await open(host));
      } catch (error) {
        const fault = asEtcdError(error);
        events.failed(fault);
        round.push(fault);
        if (round.length < hosts.length) continue;
        const worst = mostTelling(round);
        lastFault = worst;
        round = [];
        for (const waiter of [...waiters]) if (waiter.oneRound) waiter.reject(worst);
      }
    }
    isConnecting = false;
  }

  function use(connection: Connection): void {
    if (isClosed) return connection.close();
    inUse = { connection, missed: 0 };
    lastFault = undefined;
    events.connected(connection.endpoint);
    for (const waiter of [...waiters]) waiter.resolve(connection);
  }

  function moveOn(from: Connection, fault: EtcdError): void {
    if (inUse?.connection !== from) return;
    inUse = undefined;
    lastFault = fault;
    events.failed(fault);
    from.close();
    if (!isConnecting) void connect();
  }

  return {
    current({ ms, oneRound = false }) {
      if (isClosed) return Promise.reject(closed());
      if (inUse !== undefined) return Promise.resolve(inUse.connection);
      if (!isConnecting) void connect();
      return new Promise((resolve, reject) => {
        const timer =
          ms === undefined ? undefined : setTimeout(() => waiter.reject(lastFault ?? tooSlow()), ms);
        const settled = (): void => {
          clearTimeout(timer);
          waiters.delete(waiter);
        };
        const waiter: Waiter = {
          oneRound,
          resolve: (connection) => (settled(), resolve(connection)),
          // Nothing was sent, whatever the last attempt to connect says of itself.
          reject: (fault) => (settled(), reject(fault.beforeSending())),
        };
        waiters.add(waiter);
      });
    },
    moveOn,
    succeeded(connection) {
      if (inUse?.connection === connection) rotation.succeeded();
    },
    heartbeat(connection, missed) {
      if (inUse?.connection !== connection) return;
      inUse.missed = missed === undefined ? 0 : inUse.missed + 1;
      if (missed !== undefined && inUse.missed >= 2) moveOn(connection, missed);
    },
    close() {
      isClosed = true;
      clearTimeout(pauseTimer);
      inUse?.connection.close();
      inUse = undefined;
      for (const waiter of [...waiters]) waiter.reject(closed());
    },
  };
}

/** Of the faults of a round: one that says more than that nobody answered. */
function mostTelling(faults: readonly EtcdError[]): EtcdError {
  const isPlain = ({ kind }: EtcdError): boolean => kind === 'unavailable' || kind === 'deadline';
  return faults.find((fault) => !isPlain(fault)) ?? faults.at(-1) ?? tooSlow();
}

function tooSlow(): EtcdError {
  return new EtcdError('unavailable', 'no connection to any endpoint yet', { mayHaveHappened: false });
}

function closed(): EtcdError {
  return new EtcdError('closed', 'this client has been closed', { mayHaveHappened: false });
}
