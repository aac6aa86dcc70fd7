import type { EventEmitter } from 'node:events';
import { createServer as createHttp1 } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Metadata, Server, ServerCredentials, type UntypedHandleCall } from '@grpc/grpc-js';
import { startRawInstance } from './raw-instance';

/** What an instance knows of a request that it never finishes, by the id that its caller gave it (`x-id`). */
export interface HeldRequest {
  /** When the instance was told that the request is over, by the clock of this process. */
  cancelledAt?: number;
}

/** Instances of this very process that begin an answer where `x-answer` says so, and end none. */
export interface HoldingInstances {
  readonly held: ReadonlyMap<string, HeldRequest>;
  stop(): Promise<void>;
}

/** Of the one on grpc-js; the others are at `/h2c` and at `/http1`. */
export const GRPC_PATH = '/held.Calls';

/** Registers one on grpc-js, one on plain HTTP/2, and one of HTTP/1.1. */
export async function startHoldingInstances(registryUrl: string): Promise<HoldingInstances> {
  const held = new Map<string, HeldRequest>();
  const hold = (id: unknown, onCancelled: (told: () => void) => unknown): void => {
    const request: HeldRequest = {};
    held.set(String(id), request);
    onCancelled(() => (request.cancelledAt ??= performance.now()));
  };

  const grpc = new Server();
  const asIs = (bytes: Buffer): Buffer => bytes;
  const handle: UntypedHandleCall = (call: Parameters<UntypedHandleCall>[0]) => {
    const [id] = call.metadata.get('x-id');
    if (call.metadata.get('x-answer').length > 0) call.sendMetadata(new Metadata());
    const events: EventEmitter = call;
    // A stream that is not read does not tell of its end.
    if ('read' in call) events.on('data', () => undefined);
    hold(id, (told) => events.on('cancelled', told));
  };
  for (const requestStream of [false, true])
    for (const responseStream of [false, true]) {
      const method = {
        path: `${GRPC_PATH}/${requestStream ? 'Stream' : 'One'}${responseStream ? 'Stream' : 'One'}`,
        requestStream,
        responseStream,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      };
      grpc.addService({ call: method }, { call: handle });
    }
  const grpcPort = await new Promise<number>((resolve, reject) =>
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );

  const http2 = createHttp2();
  http2.on('stream', (stream, fields) => {
    stream.on('error', () => undefined).resume();
    const isCall = fields['content-type'] === 'application/grpc';
    const head = { ':status': 200, ...(isCall && { 'content-type': 'application/grpc' }) };
    // The registry's probes give no id.
    if (fields['x-id'] === undefined) return stream.respond(head, { endStream: true });
    if (fields['x-answer'] !== undefined) stream.respond(head);
    if (fields['x-answer'] !== undefined && !isCall) stream.write('begun');
    hold(fields['x-id'], (told) => stream.on('close', told));
  });
  const sessions = new Set<{ destroy(): void }>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });

  const http1 = createHttp1((req, res) => {
    req.resume();
    if (req.headers['x-id'] === undefined) return void res.end();
    if (req.headers['x-answer'] !== undefined) res.write('begun');
    hold(req.headers['x-id'], (told) => res.on('close', told));
  });

  const ports = [grpcPort];
  for (const server of [http2, http1]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  const registered = await Promise.all(
    [GRPC_PATH, '/h2c', '/http1'].map((path_prefix, place) =>
      startRawInstance(registryUrl, {
        service_name: `held-${place}`,
        url: `http://127.0.0.1:${ports[place]}`,
        ...(path_prefix !== '/http1' && { protocol: 'h2c' }),
        routes: [{ path_prefix }],
        // Longer than any spec: they send no heartbeats.
        ttl_seconds: 600,
      }),
    ),
  );

  return {
    held,
    async stop() {
      for (const one of registered) one.vanish();
      grpc.forceShutdown();
      const closed = [http2, http1].map((server) => new Promise((resolve) => server.close(resolve)));
      for (const session of sessions) session.destroy();
      http1.closeAllConnections();
      await Promise.all(closed);
    },
  };
}
