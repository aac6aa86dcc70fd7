import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import type { Connection } from './connection';
import { EtcdError, faultOf } from './etcd-fault';
import { createEventGatherer, type Change } from './event-gatherer';
import { rangeOf, type KeyRange } from './key-range';
import { revisionOf } from './key-value';
import type { WatchRequest, WatchResponse } from './messages';
import { methods } from './protocol';

/** Why one stream of a watch has ended. */
export type StreamEnd =
  | { readonly kind: 'broken'; readonly fault: EtcdError }
  /** The history after `position` is not kept any more. */
  | { readonly kind: 'compacted'; readonly compactRevision: number }
  /** etcd did not take the token, or the user may not read these keys: it does not say which. */
  | { readonly kind: 'refused'; readonly fault: EtcdError }
  /** The whole cluster, and not only this member, is at a revision below the position. */
  | { readonly kind: 'rewound'; readonly revision: number };

export interface WatchStreamOptions {
  readonly range: KeyRange;
  /** Revision of the last change that is known. */
  readonly position: number;
  readonly token: string | undefined;
  /** Longest wait for the stream to stand. */
  readonly openMs: number;
  /** Longest silence of a stream that stands. */
  readonly silenceMs: number | undefined;
  readonly created: () => void;
  readonly changed: (change: Change) => void;
  /** Of the cluster, by a linearizable read. @throws EtcdError */
  readonly readRevision: () => Promise<number>;
}

/** One watch over one connection, until it ends. */
export interface WatchStream {
  readonly ended: Promise<StreamEnd>;
  cancel(): void;
}

export function openWatchStream(connection: Connection, options: WatchStreamOptions): WatchStream {
  const { range, position, token, openMs, silenceMs } = options;
  const { endpoint } = connection;
  const gatherer = createEventGatherer(position);
  const stream: ClientDuplexStream<WatchRequest, WatchResponse> = connection.stream(methods.watch, { token });
  let timer: NodeJS.Timeout | undefined;
  let hasEnded = false;
  let endWith: (end: StreamEnd) => void = () => undefined;
  const ended = new Promise<StreamEnd>((resolve) => (endWith = resolve));

  function end(why: StreamEnd): void {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(timer);
    stream.cancel();
    endWith(why);
  }

  function endAfterSilence(ms: number, seen: string): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      end({ kind: 'broken', fault: new EtcdError('deadline', `${seen} for ${ms} ms`, { endpoint }) });
    }, ms);
  }

  function received(answer: WatchResponse): void {
    if (answer.canceled) return end(endOf(answer, endpoint));
    if (answer.created) {
      options.created();
      // A watch from a revision that is yet to come is silent, not an error: after a restored backup it would wait
      // until other changes have got these numbers.
      if (answer.header !== null && revisionOf(answer.header.revision) < position) void judgeHistory();
    }
    for (const change of gatherer.add(answer.events, answer.fragment)) {
      // Told to cancel by whoever was told of the change before.
      if (hasEnded) return;
      options.changed(change);
    }
    if (silenceMs !== undefined) endAfterSilence(silenceMs, 'the watch was silent');
    else clearTimeout(timer);
  }

  async function judgeHistory(): Promise<void> {
    try {
      const revision = await options.readRevision();
      if (revision < position) end({ kind: 'rewound', revision });
    } catch (error) {
      end(endOfFault(error, endpoint));
    }
  }

  stream.on('data', (answer) => {
    if (hasEnded) return;
    try {
      received(answer);
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error;
      end({ kind: 'broken', fault: error });
    }
  });
  stream.on('error', (error) => end(endOfFault(error, endpoint)));
  stream.on('end', () => {
    end({ kind: 'broken', fault: new EtcdError('unavailable', 'the member ended the watch', { endpoint }) });
  });
  endAfterSilence(openMs, 'no watch was created');
  stream.write({ create_request: { ...rangeOf(range), start_revision: position + 1, fragment: true } });
  return {
    ended,
    cancel: () =>
      end({ kind: 'broken', fault: new EtcdError('closed', 'the watch was closed', { endpoint }) }),
  };
}

/** etcd reports all of these inside of the stream, none as an error of it. */
function endOf(answer: WatchResponse, endpoint: string): StreamEnd {
  const compactRevision = revisionOf(answer.compact_revision);
  if (compactRevision > 0) return { kind: 'compacted', compactRevision };
  const seen = answer.cancel_reason || 'the watch was canceled without a reason';
  if (answer.created) {
    const fault = new EtcdError('permission_denied', `the watch was not created: ${seen}`, { endpoint });
    return { kind: 'refused', fault };
  }
  return { kind: 'broken', fault: new EtcdError('unavailable', seen, { endpoint }) };
}

function endOfFault(error: unknown, endpoint: string): StreamEnd {
  // The only other thing that a stream of grpc-js emits is its own kind of error.
  const fault = error instanceof EtcdError ? error : faultOf(error as ServiceError, endpoint);
  const isRefused = fault.kind === 'unauthenticated' || fault.kind === 'permission_denied';
  return { kind: isRefused ? 'refused' : 'broken', fault };
}
