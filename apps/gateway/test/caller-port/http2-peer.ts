import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { Peer, PeerExchange, PeerRequest } from './caller-adapter';

/** One session of Node's client. @param ca for TLS; without it by prior knowledge */
export function connectHttp2Peer(port: number, ca: string | undefined): Peer {
  const session =
    ca === undefined ? connect(`http://127.0.0.1:${port}`) : connect(`https://127.0.0.1:${port}`, { ca });
  session.on('error', () => undefined);
  return {
    request: (given) => new Http2Exchange(session, given),
    close: () => session.destroy(),
  };
}

class Http2Exchange implements PeerExchange {
  readonly informational: { status: number; fields: readonly string[] }[] = [];
  status: number | undefined;
  fields: readonly string[] = [];
  trailers: readonly string[] = [];
  state: PeerExchange['state'] = 'open';
  readonly switched = undefined;
  readonly #stream: ClientHttp2Stream;
  readonly #chunks: Buffer[] = [];

  constructor(session: ClientHttp2Session, given: PeerRequest) {
    this.#stream = session.request(headersOf(given), {
      endStream: given.body === undefined,
      waitForTrailers: true,
    });
    const stream = this.#stream;
    // How it ends is what a spec looks at.
    stream.on('error', () => undefined);
    stream.on('headers', (fields, _flags, raw?: string[]) =>
      this.informational.push({ status: Number(fields[':status']), fields: withoutPseudo(raw) }),
    );
    stream.on('response', (fields, _flags, raw?: string[]) => {
      this.status = Number(fields[':status']);
      this.fields = withoutPseudo(raw);
    });
    stream.on('trailers', (_fields, _flags, raw?: string[]) => (this.trailers = raw ?? []));
    stream.once('end', () => {
      if (!stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR) this.state = 'whole';
    });
    stream.once('close', () => {
      if (this.state === 'open') this.state = 'broken';
    });
    if (given.reads !== false) this.read();
  }

  send(bytes: Buffer | string): void {
    this.#stream.write(bytes);
  }

  end(trailers: Parameters<PeerExchange['end']>[0] = []): void {
    const fields: Record<string, string[]> = {};
    for (const [name, value] of trailers) (fields[name] ??= []).push(value);
    this.#stream.once('wantTrailers', () => this.#stream.sendTrailers(fields));
    this.#stream.end();
  }

  get unsent(): number {
    return this.#stream.writableLength;
  }

  cancel(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  read(): void {
    this.#stream.on('data', (bytes: Buffer) => this.#chunks.push(bytes));
  }

  get body(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

function headersOf({ method = 'GET', path = '/p/it', fields = [], upgrade }: PeerRequest) {
  if (upgrade !== undefined) throw new Error('HTTP/2 has no Upgrade');
  const headers: Record<string, string | string[]> = {
    ':method': method,
    ':path': path,
    ':authority': 'shop.example',
  };
  // Node takes a name once; in two spellings it sends it twice, wherever the second one stands.
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    const key =
      lower in headers ? lower.replace(/-(.)/, (_, letter: string) => `-${letter.toUpperCase()}`) : lower;
    headers[key] = value;
  }
  return headers;
}

function withoutPseudo(raw: readonly string[] = []): readonly string[] {
  return raw.filter((_, index) => !(raw[index - (index % 2)] ?? '').startsWith(':'));
}
