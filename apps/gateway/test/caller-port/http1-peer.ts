import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectSecurely } from 'node:tls';
import type { Peer, PeerExchange, PeerRequest } from './caller-adapter';

/** One connection of Node's client, which sends and reports fields as they are. @param ca for TLS */
export function connectHttp1Peer(port: number, ca: string | undefined): Peer {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets: Socket[] = [];
  /** By a reset: a connection that is only closed may be one whose caller still awaits its answer. */
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  agent.createConnection = () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    return ca === undefined ? socket : connectSecurely({ socket, ca, host: '127.0.0.1' });
  };
  return {
    request(given) {
      const { method = 'GET', path = '/p/it' } = given;
      const req = request({ agent, method, path, headers: headersOf(given) });
      const exchange = new Http1Exchange(req, given.reads !== false, cut);
      if (given.body === undefined) req.end();
      else req.flushHeaders();
      return exchange;
    },
    close() {
      cut();
      agent.destroy();
    },
  };
}

function headersOf({ method = 'GET', fields = [], body, upgrade }: PeerRequest): string[] {
  const headers = ['Host', 'shop.example', ...fields.flat()];
  if (body !== undefined) headers.push('Transfer-Encoding', 'chunked');
  // Otherwise Node sends chunks, of which there are none.
  else if (method !== 'GET' && method !== 'HEAD') headers.push('Content-Length', '0');
  if (upgrade !== undefined) headers.push('Connection', 'Upgrade', 'Upgrade', upgrade);
  return headers;
}

class Http1Exchange implements PeerExchange {
  readonly informational: { status: number; fields: readonly string[] }[] = [];
  status: number | undefined;
  fields: readonly string[] = [];
  trailers: readonly string[] = [];
  state: PeerExchange['state'] = 'open';
  switched: Duplex | undefined;
  readonly #chunks: Buffer[] = [];
  #res: IncomingMessage | undefined;
  #reads: boolean;

  constructor(
    readonly req: ClientRequest,
    reads: boolean,
    readonly cut: () => void,
  ) {
    this.#reads = reads;
    req.on('information', ({ statusCode, rawHeaders }) =>
      this.informational.push({ status: statusCode, fields: lowered(rawHeaders) }),
    );
    req.on('response', (res) => this.#begin(res));
    req.on('upgrade', (res, socket) => {
      this.#head(res);
      socket.on('error', () => undefined);
      this.switched = socket;
    });
    // How it ends is what a spec looks at.
    req.on('error', () => undefined);
    req.on('close', () => this.#over());
  }

  send(bytes: Buffer | string): void {
    this.req.write(bytes);
  }

  end(trailers: Parameters<PeerExchange['end']>[0] = []): void {
    this.req.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    this.req.end();
  }

  get unsent(): number {
    return this.req.writableLength;
  }

  cancel(): void {
    this.cut();
  }

  read(): void {
    this.#reads = true;
    if (this.#res !== undefined) this.#consume(this.#res);
  }

  get body(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #begin(res: IncomingMessage): void {
    this.#head(res);
    this.#res = res;
    res.on('error', () => undefined);
    res.on('close', () => this.#over());
    if (this.#reads) this.#consume(res);
  }

  #head({ statusCode, rawHeaders }: IncomingMessage): void {
    this.status = statusCode;
    this.fields = lowered(rawHeaders);
  }

  #consume(res: IncomingMessage): void {
    res.on('data', (bytes: Buffer) => this.#chunks.push(bytes));
    res.once('end', () => {
      this.trailers = lowered(res.rawTrailers);
      this.state = res.complete ? 'whole' : 'broken';
    });
  }

  #over(): void {
    if (this.state === 'open') this.state = 'broken';
  }
}

/** Names in lower case, as other protocols have them. */
function lowered(raw: readonly string[]): string[] {
  return raw.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text));
}
