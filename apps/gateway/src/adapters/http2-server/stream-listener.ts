import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { AppError, Refusal } from '@rollcall/service-kit';
import { grpcContentType } from '../../grpc/grpc-request';
import { headerListOf } from '../../headers/header-list';
import type { Traffic } from '../../ports/caller';
import { outgoingFields } from '../http2-common/outgoing-fields';
import { Http2Caller } from './http2-caller';
import { refusedAnswer } from './own-answer';
import { createOwnPathsBridge } from './own-paths-bridge';
import { readHead } from './received-head';
import type { CallerSession } from './session';

export interface StreamListenerOptions {
  readonly traffic: Traffic;
  /** Answers the gateway's own paths. */
  readonly ownPaths: RequestListener;
  /** Milliseconds for a body to these to come in whole. */
  readonly ownBodyTimeoutMs: number;
  /** Told of each request that is refused before it is traffic. */
  readonly onRefused: (refusal: Refusal) => void;
}

/** What is done with each request that comes over HTTP/2. */
export type StreamListener = (
  stream: ServerHttp2Stream,
  raw: readonly string[],
  session: CallerSession,
) => void;

export function createStreamListener(options: StreamListenerOptions): StreamListener {
  const { traffic, ownPaths, ownBodyTimeoutMs, onRefused } = options;
  const answerOwnPath = createOwnPathsBridge({ ownPaths, bodyTimeoutMs: ownBodyTimeoutMs });

  function refuse(
    stream: ServerHttp2Stream,
    raw: readonly string[],
    error: AppError,
    session: CallerSession,
  ): void {
    const requestId = randomBytes(16).toString('hex');
    onRefused({ error, peer: session.peer, requestId });
    const headers = headerListOf(raw);
    const grpcType = grpcContentType({ method: headers.get(':method') ?? '', headers });
    const { status, fields, body } = refusedAnswer(error, { requestId, path: undefined, grpcType });
    stream.respond({ ':status': status, ...outgoingFields(fields.toRaw()) });
    // Node has ended that of a HEAD.
    if (!stream.writableEnded) stream.end(body);
    session.giveUpUnlessRead(stream);
  }

  return (stream, raw, session) => {
    const reading = readHead(raw, session);
    if ('error' in reading) return refuse(stream, raw, reading.error, session);
    const { head } = reading;
    const accepted = traffic.accept(head);
    if (accepted.kind === 'own-path') return answerOwnPath(stream, head, session);
    const caller = new Http2Caller({ stream, owner: session, received: head, accepted });
    void traffic.serve(caller, accepted.answer);
  };
}
