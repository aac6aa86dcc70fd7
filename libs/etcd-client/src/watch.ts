import type { Connection } from './connection';
import type { Connector } from './connector';
import { backoffMs } from './endpoints';
import { asEtcdError, EtcdError } from './etcd-fault';
import type { Change } from './event-gatherer';
import type { KeyRange } from './key-range';
import { openWatchStream, type StreamEnd, type WatchStream } from './watch-stream';

/** Why a watch cannot go on: what is known has to be read anew. */
export type WatchLoss =
  /** Changes after `position` are not kept any more; the oldest that is kept is `compactRevision`. */
  | { readonly kind: 'compacted'; readonly compactRevision: number; readonly position: number }
  /** The cluster is at an earlier revision than what it told us: a backup was restored, this is another history. */
  | { readonly kind: 'rewound'; readonly revision: number; readonly position: number };

/** Whom a watch tells. None of it may throw. */
export interface WatchListener {
  /** Called once for each revision with a change, in rising order: none twice and none left out, whatever broke. */
  changed(change: Change): void;
  /** The watch stands, at first or again. */
  following?(endpoint: string): void;
  /** It does not stand; it is opened anew for as long as it takes. */
  interrupted?(fault: EtcdError): void;
  /** The last call: the watch has ended. */
  lost(loss: WatchLoss): void;
}

export interface WatchOptions {
  readonly range: KeyRange;
  /** The first revision that is of interest: that of a list, and one. */
  readonly from: number;
  /**
   * Silence after which it is opened anew at another endpoint, milliseconds. Only for keys of which one changes more often
   * than that, or the watch moves for nothing. Default: none; a dead connection is noticed by its pings, in 8 s at most.
   */
  readonly silenceMs?: number;
}

export interface Watch {
  /** Revision of the last change that was told. */
  readonly position: number;
  /** Nothing is told after it. */
  close(): void;
}

export interface WatchSurroundings {
  readonly connector: Connector;
  readonly random: () => number;
  readonly openMs: number;
  readonly token: (connection: Connection) => Promise<string | undefined>;
  readonly tokenRefused: (token: string | undefined) => void;
  /** Of the cluster, by a linearizable read. */
  readonly readRevision: () => Promise<number>;
  /** The watch is closed, or lost: nothing comes of it any more. May be called twice. */
  readonly ended: () => void;
}

/** A stream that stood for so long was of use although nothing changed: the next one is opened without a wait. */
const STOOD_MS = 5000;

/** The first refusal may be of a token that has expired. A new one costs etcd 140 ms of CPU: not many times a second. */
const REFUSED_MS = 5000;

export function startWatch(options: WatchOptions, listener: WatchListener, around: WatchSurroundings): Watch {
  const { connector, random } = around;
  let position = options.from - 1;
  let isClosed = false;
  let stream: WatchStream | undefined;
  let pauseTimer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    let failures = 0;
    while (!isClosed) {
      const startedAt = performance.now();
      const before = position;
      const end = await follow().catch(
        (error: unknown): StreamEnd => ({ kind: 'broken', fault: asEtcdError(error) }),
      );
      if (isClosed) return;
      if (end.kind === 'compacted' || end.kind === 'rewound') {
        isClosed = true;
        around.ended();
        return listener.lost({ ...end, position });
      }
      listener.interrupted?.(end.fault);
      const wasOfUse = position > before || performance.now() - startedAt > STOOD_MS;
      failures = wasOfUse ? 0 : failures + 1;
      if (failures > 1) await pause(end.kind === 'refused' ? REFUSED_MS : backoffMs(failures - 2, random));
    }
  }

  /** One stream, from its opening to its end. @throws EtcdError when there is no connection or no token */
  async function follow(): Promise<StreamEnd> {
    const connection = await connector.current({});
    const token = await around.token(connection);
    if (isClosed) return { kind: 'broken', fault: new EtcdError('closed', 'the watch was closed') };
    stream = openWatchStream(connection, {
      range: options.range,
      position,
      token,
      openMs: around.openMs,
      silenceMs: options.silenceMs,
      created() {
        connector.succeeded(connection);
        listener.following?.(connection.endpoint);
      },
      changed(change) {
        position = change.revision;
        listener.changed(change);
      },
      readRevision: around.readRevision,
    });
    const end = await stream.ended;
    stream = undefined;
    if (isClosed) return end;
    if (end.kind === 'refused') around.tokenRefused(token);
    if (end.kind === 'broken') connector.moveOn(connection, end.fault);
    return end;
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => (pauseTimer = setTimeout(resolve, ms)));
  }

  void run();
  return {
    get position() {
      return position;
    },
    close() {
      isClosed = true;
      clearTimeout(pauseTimer);
      stream?.cancel();
      around.ended();
    },
  };
}
