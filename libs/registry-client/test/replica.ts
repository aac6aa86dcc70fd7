import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { FakeRegistry } from '../src/testing';

export interface Problem {
  readonly code: string;
  /** Default 503. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
}

/**
 * One of several replicas of a registry, with a port of its own: a door before a fake registry, whose catalog all its
 * doors share. What goes wrong with a replica goes wrong at its door.
 */
export interface Replica {
  readonly url: string;
  /** `<method> <path>` of every call that came, and the id that a watch goes on from. */
  calls(): readonly { readonly call: string; readonly lastEventId: string | undefined }[];
  /** Calls whose path this matches get the problem from now on; `undefined` ends that. */
  refuse(paths: RegExp, problem: Problem | undefined): void;
  /** Takes connections and answers nothing; streams that are open stay. */
  hang(): void;
  /** What the `hello` of streams that are opened from now on says; `undefined` ends that and the streams. */
  loseStore(since: number | undefined): void;
  /** The `hello` of streams that are opened from now on names this revision. */
  claimRevision(revision: number | undefined): void;
  /** The port is closed and every connection cut. */
  goAway(): Promise<void>;
  /** On the same port. */
  comeBack(): Promise<void>;
}

export async function startReplica(registry: FakeRegistry): Promise<Replica> {
  const calls: { call: string; lastEventId: string | undefined }[] = [];
  const refusals = new Map<string, { readonly paths: RegExp; readonly problem: Problem }>();
  const sockets = new Set<Socket>();
  const streams = new Set<ServerResponse>();
  let hangs = false;
  let staleSince: number | undefined;
  let claimed: number | undefined;
  let server: Server = createDoor();
  await listen(0);
  const { port } = server.address() as AddressInfo;

  function createDoor(): Server {
    return createServer(serve).on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  }

  function listen(at: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, '127.0.0.1', resolve);
    });
  }

  function serve(call: IncomingMessage, answer: ServerResponse): void {
    const path = call.url ?? '';
    calls.push({ call: `${call.method} ${path}`, lastEventId: call.headers['last-event-id']?.toString() });
    if (hangs) return;
    const refusal = [...refusals.values()].find(({ paths }) => paths.test(path));
    if (refusal === undefined) return pass(call, answer);
    const { code, status = 503, retryAfterSeconds = 1 } = refusal.problem;
    call.resume();
    answer.writeHead(status, {
      'content-type': 'application/problem+json',
      'retry-after': `${retryAfterSeconds}`,
    });
    answer.end(JSON.stringify({ code, detail: `a replica that says ${code}` }));
  }

  function pass(call: IncomingMessage, answer: ServerResponse): void {
    const { method, headers } = call;
    const onward = request(registry.url + (call.url ?? ''), { method, headers, agent: false }, (given) => {
      answer.writeHead(given.statusCode ?? 500, given.headers);
      const isWatch = given.headers['content-type'] === 'text/event-stream';
      if (isWatch) streams.add(answer);
      given.setEncoding('utf8').on('data', (text: string) => answer.write(isWatch ? asSaid(text) : text));
      given.once('end', () => answer.end());
    });
    // Either side may be cut at any moment; that is what a replica is for here.
    onward.once('error', () => answer.destroy());
    answer.once('close', () => {
      streams.delete(answer);
      onward.destroy();
    });
    call.pipe(onward);
  }

  /** A registry writes each event at once. */
  function asSaid(text: string): string {
    const said = {
      ...(staleSince !== undefined && { stale_since: staleSince }),
      ...(claimed !== undefined && { revision: claimed }),
    };
    return text.replace(/^event: hello\ndata: (.*)$/m, (_line, data: string) => {
      const hello = JSON.parse(data) as object;
      return `event: hello\ndata: ${JSON.stringify({ ...hello, ...said })}`;
    });
  }

  function goAway(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    return closed;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    refuse(paths, problem) {
      if (problem === undefined) refusals.delete(paths.source);
      else refusals.set(paths.source, { paths, problem });
    },
    hang() {
      hangs = true;
    },
    loseStore(since) {
      staleSince = since;
      for (const stream of streams) stream.end();
    },
    claimRevision(revision) {
      claimed = revision;
    },
    goAway,
    async comeBack() {
      hangs = false;
      server = createDoor();
      await listen(port);
    },
  };
}
