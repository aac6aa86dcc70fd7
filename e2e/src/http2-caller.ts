import { connect, constants, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';

/** A caller that keeps one connection of HTTP/2, and goes to the next gateway when it is asked to leave. */
export interface Http2Caller {
  /** Rejects for another status than 200, and for a request that may have been processed and was not answered. */
  get(path: string, fields?: OutgoingHttpHeaders): Promise<void>;
  /** Which gateway it is at. */
  readonly origin: string;
  close(): void;
}

type Ended = 'answered' | 'unprocessed';

/** In a row: then it is not one gateway that leaves. */
const MOST_TRIES = 20;

/** @param ca PEM text of the authority to trust, where the gateways speak TLS; without it HTTP/2 by prior knowledge */
export function createHttp2Caller(origins: readonly string[], ca?: string): Http2Caller {
  let at = 0;
  let session: ClientHttp2Session | undefined;
  const origin = (): string => origins[at % origins.length] ?? '';

  function current(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    if (session !== undefined) at += 1;
    session = connect(origin(), ca === undefined ? {} : { ca });
    session.on('error', () => undefined);
    return session;
  }

  return {
    async get(path, fields = {}) {
      for (let tries = 0; tries < MOST_TRIES; tries += 1)
        if ((await ask(current(), { ...fields, ':path': path })) === 'answered') return;
      throw new Error(`unprocessed ${MOST_TRIES} times in a row`);
    },
    get origin() {
      return origin();
    },
    close: () => session?.destroy(),
  };
}

/** RFC 9113 §8.7: what was refused, or was not sent at all, is safe to send again; nothing else is. */
function ask(session: ClientHttp2Session, fields: OutgoingHttpHeaders): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const stream = session.request(fields);
    let status: number | undefined;
    let whole = false;
    stream.on('response', (fields) => (status = fields[':status']));
    stream.on('end', () => (whole = !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR));
    stream.on('error', () => undefined);
    stream.on('close', () => {
      const unsent = stream.id === undefined || stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
      if (status === 200 && whole) resolve('answered');
      else if (status === undefined && unsent) resolve('unprocessed');
      else reject(new Error(`status ${status}, stream ended with code ${stream.rstCode}`));
    });
    stream.resume();
  });
}
