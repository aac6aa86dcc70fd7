import type { Attempt, Connections, OutgoingRequest, ResponseReceiver } from '../ports/transport';

export type SendElsewhere = (request: OutgoingRequest, receiver: ResponseReceiver) => Attempt;

/** Makes the connections of each protocol, once it is needed. */
export interface ProtocolConnections {
  readonly http1: () => Connections;
  /** @param elsewhere takes what was to be sent when the instance did not agree on HTTP/2 */
  readonly http2: (elsewhere: SendElsewhere) => Connections;
}

/**
 * The connections to an instance behind TLS, which agrees on a protocol as it is connected to (ALPN). HTTP/2 is offered
 * until the instance does not take it, and HTTP/1.1 is spoken from then on. So are requests to switch protocols.
 */
export function createNegotiatedConnections(protocols: ProtocolConnections): Connections {
  let http1: Connections | undefined;
  let http2: Connections | undefined;
  let takesHttp2 = true;
  let keep = true;

  function made(connections: Connections): Connections {
    connections.keepIdle(keep);
    return connections;
  }
  const byHttp1 = (): Connections => (http1 ??= made(protocols.http1()));
  const byHttp2 = (): Connections => (http2 ??= made(protocols.http2(sendElsewhere)));
  const all = (): readonly Connections[] => [http1, http2].filter((one) => one !== undefined);

  function sendElsewhere(request: OutgoingRequest, receiver: ResponseReceiver): Attempt {
    takesHttp2 = false;
    return byHttp1().send(request, receiver);
  }

  return {
    send(request, receiver) {
      const connections = takesHttp2 && request.upgrade === undefined ? byHttp2() : byHttp1();
      return connections.send(request, receiver);
    },
    keepIdle(wanted) {
      keep = wanted;
      for (const connections of all()) connections.keepIdle(wanted);
    },
    async destroy() {
      await Promise.all(all().map((connections) => connections.destroy()));
    },
    counts() {
      let [open, idle] = [0, 0];
      for (const connections of all()) {
        const counts = connections.counts();
        open += counts.open;
        idle += counts.idle;
      }
      return { open, idle };
    },
  };
}
