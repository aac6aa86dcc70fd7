import { eventually } from '@rollcall/testing';
import { openRawConnection, type RawConnection } from './raw-request';
import { startRawUpstream, type RawUpstream, type RawUpstreamOptions } from './raw-upstream';
import { wholeRequests } from './whole-requests';
import { startGateway, type RunningGateway } from './start-gateway';

/** A gateway with one raw upstream behind `/p`. */
export interface RawRig {
  readonly running: RunningGateway;
  readonly upstream: RawUpstream;
  open(options?: { allowHalfOpen?: boolean }): Promise<RawConnection>;
  /** Everything that comes back for these bytes until `wanted` is in it. */
  answerTo(bytes: string, wanted?: string | RegExp): Promise<string>;
  /** Everything that comes back for these bytes until the gateway closes. */
  answerAndClose(bytes: string): Promise<string>;
  /** A newcomer is answered, with its own answer. @throws otherwise */
  expectHealthy(): Promise<void>;
  stop(): Promise<void>;
}

/** What `expectHealthy` asks for, answered by every rig's upstream with the number it was asked with. */
const HEALTHY = /^GET \/p\/healthy\?(\d+) /;

export async function startRawRig(
  upstreamOptions: RawUpstreamOptions = {},
  settings: Record<string, string> = {},
): Promise<RawRig> {
  const running = await startGateway(settings);
  const upstream = await startRawUpstream({
    ...upstreamOptions,
    onData(connection) {
      const last = wholeRequests(connection.received()).at(-1)?.bytes ?? '';
      if (!HEALTHY.test(last)) upstreamOptions.onData?.(connection);
    },
    onRequest(connection, request) {
      const [, number] = HEALTHY.exec(request) ?? [];
      if (number === undefined) upstreamOptions.onRequest?.(connection, request);
      else connection.send(okWith(`healthy ${number}`));
    },
  });
  running.registry.list({ service_name: 'p', url: upstream.url, routes: [{ path_prefix: '/p' }] });
  await eventually(async () => (await running.upstreamCount()) === 1);
  let asked = 0;

  const open: RawRig['open'] = (options) => openRawConnection(running.port, options);
  async function over<T>(bytes: string, read: (connection: RawConnection) => Promise<T>): Promise<T> {
    const connection = await open();
    connection.send(bytes);
    return read(connection).finally(() => connection.socket.destroy());
  }

  return {
    running,
    upstream,
    open,
    answerTo: (bytes, wanted = '\r\n\r\n') => over(bytes, ({ until }) => until(wanted)),
    answerAndClose: (bytes) => over(bytes, ({ untilClosed }) => untilClosed()),
    async expectHealthy() {
      asked += 1;
      const bytes = `GET /p/healthy?${asked} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`;
      const answer = await over(bytes, ({ untilClosed }) => untilClosed());
      if (!/^HTTP\/1\.1 200 /.test(answer) || !answer.endsWith(`\r\n\r\nhealthy ${asked}`))
        throw new Error(`not healthy: ${JSON.stringify(answer)}`);
    },
    async stop() {
      await Promise.all([running.stop(), upstream.stop()]);
    },
  };
}

/** A plain answer that keeps its connection. */
export function okWith(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
