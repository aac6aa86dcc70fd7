import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@rollcall/testing';

/** One opened `GET /live`, as the registry has it. */
export interface LiveStream {
  readonly headers: IncomingHttpHeaders;
  /** Whether the reader has gone. */
  isClosed(): boolean;
  /** As it is to stand on the wire. */
  write(text: string | Uint8Array): void;
  send(type: string, data: unknown, id?: string): void;
  end(): void;
}

export interface LiveServer {
  readonly url: string;
  /** In the order in which they were opened; refused ones are among them. */
  readonly streams: readonly LiveStream[];
  /** Answers streams that are opened from now on with a status other than 200, or again with 200. */
  refuseWith(status: number): void;
  stream(index: number): Promise<LiveStream>;
  stop(): Promise<void>;
}

/** A registry of which nothing is there but `GET /live`, on a real socket: what comes when is up to the spec. */
export async function startLiveServer(): Promise<LiveServer> {
  const streams: LiveStream[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    response.writeHead(status, { 'content-type': 'text/event-stream' });
    if (status !== 200) response.end();
    else response.flushHeaders();
    streams.push(streamOf(request.headers, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    streams,
    refuseWith(refusal) {
      status = refusal;
    },
    stream: (index) => eventually(() => streams[index], { timeoutMs: 15_000 }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function streamOf(headers: IncomingHttpHeaders, response: ServerResponse): LiveStream {
  return {
    headers,
    isClosed: () => response.closed,
    write: (text) => void response.write(text),
    send(type, data, id) {
      response.write(
        `event: ${type}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
      );
    },
    end: () => void response.end(),
  };
}
