import { connect, type ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { NO_CIDRS } from '@rollcall/address-guard';
import { createSendQueue, type HttpServer } from '@rollcall/service-kit';
import { eventually } from '@rollcall/testing';
import { createHttp1Server } from '../../src/adapters/http1-server/http1-server';
import { createRequestListener } from '../../src/adapters/http1-server/request-listener';
import { needsPingWatchdog } from '../../src/adapters/http2/ping-watchdog';
import { createHttp2Server, type Http2Server } from '../../src/adapters/http2-server/http2-server';
import { createStreamListener } from '../../src/adapters/http2-server/stream-listener';
import { createAcceptRequest } from '../../src/http/accept-request';
import type { Caller, Traffic } from '../../src/ports/caller';
import { createWriteRound } from '../../src/write-round-loop';

export interface Http2RigOptions {
  readonly maxStreams?: number;
  readonly maxStreamsInTotal?: number;
  readonly idleMs?: number;
  readonly headersTimeoutMs?: number;
  /** Answers; by default it reads the request, and says how long its body was. */
  readonly serve?: (caller: Caller) => void;
}

/** Everything from the port to `Traffic`, over real connections, with what is left of them. */
export interface Http2Rig {
  readonly port: number;
  readonly http2: Http2Server;
  readonly server: HttpServer;
  /** Method and path of each request that was served, in order. */
  readonly served: readonly string[];
  /** Connections, that of the other caller included. */
  openSockets(): number;
  /** What was counted: `ended idle`, `reset caller CANCEL`, `goaway gateway NO_ERROR` … */
  readonly events: readonly string[];
  /** A caller who has been there from the beginning is still served, on the same connection. @throws otherwise */
  expectOthersServed(): Promise<void>;
  /** Nothing of any other caller is left: no session, no stream, no socket, no request in progress. */
  whenNothingIsLeft(): Promise<void>;
  stop(): Promise<void>;
}

export async function startHttp2Rig(given: Http2RigOptions = {}): Promise<Http2Rig> {
  const { serve = answerWithLength, ...limits } = given;
  const now = (): number => performance.now();
  const ignore = (): void => undefined;
  const sendQueue = createSendQueue(now);
  const served: string[] = [];
  const events: string[] = [];
  const sockets = new Set<Socket>();
  let inProgress = 0;
  const traffic: Traffic = {
    accept: createAcceptRequest({
      trusted: NO_CIDRS,
      trustedGateways: NO_CIDRS,
      scheme: 'http',
      sample: undefined,
      pseudonym: 'rollcall-spec',
    }),
    async serve(caller, answer) {
      inProgress += 1;
      if (answer?.kind === 'refused') caller.fail(answer.error);
      else if (caller.target.path === '/p/healthy') caller.answer(204, {});
      else if (caller.target.path === '/p/held') served.push('held');
      else {
        served.push(`${caller.method} ${caller.target.path}`);
        serve(caller);
      }
      await caller.whenClosed();
      inProgress -= 1;
    },
  };
  const own = { ownPaths: ignore, ownBodyTimeoutMs: 10_000 };
  const http2 = createHttp2Server({
    maxStreams: 128,
    maxStreamsInTotal: 1000,
    headersTimeoutMs: 10_000,
    idleMs: 60_000,
    unreadTimeoutMs: 60_000,
    ...limits,
    lookEveryMs: needsPingWatchdog(process.versions.node) ? 100 : undefined,
    onRequest: createStreamListener({ traffic, ...own, onRefused: ({ error }) => served.push(error.code) }),
    writes: createWriteRound(),
    sendQueue,
    events: {
      sessionEnded: (reason) => events.push(`ended ${reason}`),
      reset: (side, code) => events.push(`reset ${side} ${code}`),
      goaway: (side, code) => events.push(`goaway ${side} ${code}`),
    },
    now,
  });
  const server = createHttp1Server({
    host: '127.0.0.1',
    port: 0,
    http2: { connections: http2, withoutTls: true },
    headersTimeoutMs: limits.headersTimeoutMs ?? 10_000,
    keepAliveTimeoutMs: 75_000,
    maxConnections: 1000,
    onRejected: ignore,
    onRefused: ignore,
    listener: createRequestListener({ traffic, ...own, sendQueue, unreadTimeoutMs: 60_000 }),
    admit: ignore,
    attach: (listening) =>
      listening.on('connection', (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      }),
  });
  const { port } = await server.start();
  const other = connect(`http://127.0.0.1:${port}`);
  other.on('error', ignore);
  await new Promise<void>((resolve) => other.once('remoteSettings', () => resolve()));

  return {
    port,
    http2,
    server,
    served,
    events,
    openSockets: () => sockets.size,
    expectOthersServed: () => expectServed(other),
    whenNothingIsLeft: () =>
      eventually(() => {
        const { sessions, streams } = http2.counts();
        return sessions === 1 && streams === 0 && sockets.size === 1 && inProgress === 0;
      }).then(ignore, () => {
        throw new Error(`left: ${JSON.stringify({ ...http2.counts(), sockets: sockets.size, inProgress })}`);
      }),
    async stop() {
      other.destroy();
      await server.stop(0);
    },
  };
}

async function expectServed(session: ClientHttp2Session): Promise<void> {
  const status = await new Promise((resolve, reject) => {
    const stream = session.request({ ':path': '/p/healthy', ':authority': 'shop.example' });
    stream.once('response', (fields) => resolve(fields[':status'])).once('error', reject);
    stream.once('close', () => reject(new Error('the other caller was not answered')));
    stream.resume();
  });
  if (status !== 204) throw new Error(`the other caller was answered ${String(status)}`);
}

function answerWithLength(caller: Caller): void {
  let length = 0;
  const answer = (): void => caller.answer(200, { 'X-Length': String(length) });
  if (caller.body === null) return answer();
  caller.body.start({
    data: (chunk) => (length += chunk.length),
    end: answer,
    gone: () => undefined,
  });
}
