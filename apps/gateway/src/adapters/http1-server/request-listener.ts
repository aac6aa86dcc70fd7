import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { headerListOf } from '../../headers/header-list';
import type { Traffic } from '../../ports/caller';
import type { CertificateOf } from '../caller-certificates';
import { expectsContinue, hasBody, Http1Caller, type UpgradeRequest } from './http1-caller';
import { cutUnlessWhole } from './lingering';
import { createUnreadAnswers, type UnreadAnswersOptions } from './unread-answers';

export interface RequestListenerOptions extends UnreadAnswersOptions {
  readonly traffic: Traffic;
  /** Answers the gateway's own paths. */
  readonly ownPaths: RequestListener;
  /** Milliseconds for a body to these to come in whole. */
  readonly ownBodyTimeoutMs: number;
  /** Absent where callers are asked for no certificate. */
  readonly certificateOf?: CertificateOf | undefined;
}

/** What is done with each request of Node's, those that offer to switch protocols included. */
export type TrafficListener = (req: IncomingMessage, res: ServerResponse, upgrade?: UpgradeRequest) => void;

export function createRequestListener(options: RequestListenerOptions): TrafficListener {
  const { traffic, ownPaths, ownBodyTimeoutMs, certificateOf } = options;
  const unread = createUnreadAnswers(options);

  return (req, res, upgrade) => {
    const received = {
      method: req.method ?? 'GET',
      url: req.url ?? '',
      headers: headerListOf(req.rawHeaders),
      httpVersion: req.httpVersion,
      peer: req.socket.remoteAddress ?? 'unknown',
      clientCertificate: certificateOf?.(req.socket),
    };
    const accepted = traffic.accept(received);
    if (accepted.kind === 'own-path') {
      if (expectsContinue(received)) res.writeContinue();
      // What forwards a body has a clock for it; Express has none.
      if (hasBody(received.headers)) cutUnlessWhole(req, ownBodyTimeoutMs);
      res.once('prefinish', () => unread.cutUnlessRead(res));
      return ownPaths(req, res);
    }
    void traffic.serve(new Http1Caller({ req, res, received, accepted, unread, upgrade }), accepted.answer);
  };
}
