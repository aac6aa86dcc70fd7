import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeProtobuf } from './protobuf';
import { spansIn, traceRequest, type ReceivedSpan, type TraceRequest } from './trace-request';

/** What becomes of a request for `/v1/traces`. */
export type ReceiverManner =
  /** Its spans are kept, the answer is 200. */
  | { readonly kind: 'take' }
  /** Another answer, and none of its spans are kept. */
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** It is never answered. */
  | { readonly kind: 'hang' }
  /** 200, and a body without end, as fast as it is read. */
  | { readonly kind: 'flood' }
  /** A body without end, a byte every 50 ms: no time-out between two bytes ends it. */
  | { readonly kind: 'drip' }
  /** Bytes that are no HTTP. */
  | { readonly kind: 'garbage' }
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** Nothing listens: connections are refused, and those that are open are cut. */
  | { readonly kind: 'refuse' };

export interface ReceivedRequest {
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** None of a request that was not taken. */
  readonly spans: readonly ReceivedSpan[];
}

/** A collector for traces: OTLP over HTTP, as JSON and as protobuf, compressed or not. */
export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Those taken so far, in the order in which they came. */
  readonly spans: readonly ReceivedSpan[];
  /** Those read so far, taken or not. */
  readonly requests: readonly ReceivedRequest[];
  /** From now on; what hangs goes on hanging. */
  behave(manner: ReceiverManner): Promise<void>;
  close(): Promise<void>;
}

const DRIP_MS = 50;

export async function startOtlpReceiver(initially: ReceiverManner = { kind: 'take' }): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: ReceivedRequest[] = [];
  let manner: ReceiverManner = { kind: 'take' };
  let server: Server | undefined;

  async function receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const asked = manner;
    if (req.method !== 'POST' || req.url !== '/v1/traces') return void res.writeHead(404).end();
    const body = await buffer(req);
    const { 'content-type': contentType = '', 'content-encoding': contentEncoding = '' } = req.headers;
    const read = readSpans(body, contentType, contentEncoding);
    if ('refusal' in read) return void res.writeHead(read.refusal).end();
    const taken = asked.kind === 'take' ? read.spans : [];
    spans.push(...taken);
    requests.push({ contentType, contentEncoding, headers: req.headers, spans: taken });
    if (asked.kind === 'take') answerTaken(res, contentType);
    else misbehave(asked, res);
  }

  async function listen(port: number): Promise<number> {
    const listening = createServer((req, res) => {
      // Whoever sends goes away when it has waited long enough.
      receive(req, res).catch(() => res.destroy());
    });
    server = listening;
    return new Promise((resolve, reject) => {
      listening.once('error', reject);
      listening.listen(port, '127.0.0.1', () => {
        const address = listening.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  }
  async function close(): Promise<void> {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    const closed = new Promise((resolve) => closing.close(resolve));
    closing.closeAllConnections();
    await closed;
  }

  const port = await listen(0);
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${port}`,
    spans,
    requests,
    async behave(next) {
      manner = next;
      if (next.kind === 'refuse') await close();
      else if (server === undefined) await listen(port);
    },
    close,
  };
  await receiver.behave(initially);
  return receiver;
}

function readSpans(
  body: Buffer,
  contentType: string,
  contentEncoding: string,
): { readonly spans: ReceivedSpan[] } | { readonly refusal: 400 | 415 } {
  if (contentEncoding !== '' && contentEncoding !== 'gzip') return { refusal: 415 };
  if (contentType !== 'application/json' && contentType !== 'application/x-protobuf') return { refusal: 415 };
  try {
    const plain = contentEncoding === 'gzip' ? gunzipSync(body) : body;
    const request = (
      contentType === 'application/json'
        ? JSON.parse(plain.toString('utf8'))
        : decodeProtobuf(plain, traceRequest)
    ) as TraceRequest;
    return { spans: spansIn(request) };
  } catch {
    return { refusal: 400 };
  }
}

/** An empty `ExportTraceServiceResponse`. */
function answerTaken(res: ServerResponse, contentType: string): void {
  res.writeHead(200, { 'Content-Type': contentType }).end(contentType === 'application/json' ? '{}' : '');
}

function misbehave(manner: Exclude<ReceiverManner, { kind: 'take' }>, res: ServerResponse): void {
  switch (manner.kind) {
    case 'answer': {
      const { status, retryAfter, body } = manner;
      if (retryAfter !== undefined) res.setHeader('Retry-After', retryAfter);
      res.writeHead(status).end(body);
      break;
    }
    case 'flood': {
      const piece = Buffer.alloc(64 * 1024, 0x20);
      const more = (): void => void (res.write(piece) && setImmediate(more));
      res.on('drain', more).on('close', () => res.off('drain', more));
      more();
      break;
    }
    case 'drip': {
      const timer = setInterval(() => res.write(' '), DRIP_MS);
      res.on('close', () => clearInterval(timer));
      break;
    }
    case 'garbage':
      res.socket?.end('\u0000\u0001 not HTTP at all\r\n\r\n');
      break;
    case 'reset':
      res.socket?.resetAndDestroy();
      break;
    case 'hang':
    case 'refuse':
      break;
  }
}
