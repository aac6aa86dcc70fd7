import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { eventually } from '@rollcall/testing';
import { createKeyPairFolder, type KeyPairFolder } from '@rollcall/testing/certificates';
import { freePort, startApp, type AppProcess } from '../../src/app-process';
import { PATIENT, startCluster, type Cluster } from '../../src/cluster';
import { COUNTED_PATH, startCountedInstance, type CountedInstance } from '../../src/counted-instance';
import { createHttp2Caller, type Http2Caller } from '../../src/http2-caller';

const SESSIONS = 4;
const STREAMS = 12;
const CLIENTS = 20;
/** Requests of each loop, before and after. */
const SOME = 3;

type Send = (id: string, path: string) => Promise<unknown>;

/** Sends one request after the other, each with an id that no other has. */
interface Loop {
  readonly ids: readonly string[];
  stop(): Promise<void>;
}

describe.each([
  ['one process, without TLS', { HTTP2: 'on' }, false],
  ['two workers, without TLS', { HTTP2: 'on', GATEWAY_WORKERS: '2' }, false],
  ['one process, over TLS', {}, true],
])('one of two gateways that are asked by HTTP/2 and gRPC: %s', (_what, settings, speaksTls) => {
  let cluster: Cluster;
  let instance: CountedInstance;
  let leaving: AppProcess;
  let pair: KeyPairFolder | undefined;
  /** The one that leaves, and the one that stays. */
  let hosts: readonly [string, string];
  const closers: (() => void)[] = [];
  const failures: string[] = [];

  const origin = (host: string): string => `${speaksTls ? 'https' : 'http'}://${host}`;
  const ca = (): string | undefined => pair?.authority.ca;

  beforeAll(async () => {
    if (speaksTls) pair = await createKeyPairFolder();
    const gateway = {
      // This process is the instance, too, and may be slow to answer on a busy machine.
      ...PATIENT,
      ...settings,
      ...(pair && { TLS_CERT_FILE: pair.certFile, TLS_KEY_FILE: pair.keyFile }),
    };
    cluster = await startCluster({ gateway });
    instance = await startCountedInstance(cluster.registryUrl);
    const [port, adminPort] = [await freePort(), await freePort()];
    leaving = startApp({
      app: 'gateway',
      port,
      healthPort: adminPort,
      env: {
        REGISTRY_URL: cluster.registryUrl,
        ADMIN_PORT: String(adminPort),
        DATA_DIR: 'off',
        ...gateway,
      },
    });
    await leaving.ready();
    hosts = [`127.0.0.1:${port}`, new URL(cluster.gatewayUrl).host];
    // Both have the route once a request comes through.
    for (const host of hosts) {
      const caller = callerTo([host]);
      await eventually(
        () =>
          ask(caller)('first', COUNTED_PATH).then(
            () => true,
            () => false,
          ),
        {
          timeoutMs: 15_000,
        },
      );
    }
  });

  afterAll(async () => {
    for (const close of closers) close();
    await leaving.end('SIGKILL');
    await instance.stop();
    await cluster.stop();
    await pair?.remove();
  });

  function callerTo(given: readonly string[]): Http2Caller {
    const caller = createHttp2Caller(given.map(origin), ca());
    closers.push(caller.close);
    return caller;
  }

  const ask =
    (caller: Http2Caller): Send =>
    (id, path) =>
      caller.get(path, { 'x-id': id });

  /** A client that has connections of its own to all of the gateways, and calls each of them in turn. */
  function clientOf(given: readonly string[]): Client {
    const text = ca();
    const client = new Client(
      `ipv4:${given.join(',')}`,
      text === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(text)),
      {
        'grpc.service_config': '{"loadBalancingConfig":[{"round_robin":{}}]}',
        'grpc.use_local_subchannel_pool': 1,
        ...(text !== undefined && { 'grpc.ssl_target_name_override': 'localhost' }),
      },
    );
    closers.push(() => client.close());
    return client;
  }

  const call =
    (client: Client): Send =>
    (id, path) =>
      new Promise((resolve, reject) => {
        const metadata = new Metadata();
        metadata.set('x-id', id);
        client.makeUnaryRequest(
          `${path}/Call`,
          (text: string) => Buffer.from(text),
          String,
          id,
          metadata,
          (error, answer) => {
            if (error !== null) reject(new Error(`${status[error.code]}: ${error.details}`));
            else if (answer !== id) reject(new Error(`answered ${answer}`));
            else resolve(answer);
          },
        );
      });

  function startLoop(name: string, send: Send): Loop {
    const ids: string[] = [];
    let goesOn = true;
    const ended = (async () => {
      while (goesOn) {
        const id = `${name}/${ids.length}`;
        ids.push(id);
        await send(id, COUNTED_PATH).catch((error: unknown) => failures.push(`${id}: ${String(error)}`));
      }
    })();
    return {
      ids,
      stop() {
        goesOn = false;
        return ended;
      },
    };
  }

  test('goes at SIGTERM: no request is lost, none is sent twice, and what it has begun with is finished', async () => {
    const callers = Array.from({ length: SESSIONS }, () => callerTo(hosts));
    const loops = [
      ...callers.flatMap((caller, session) =>
        Array.from({ length: STREAMS }, (_, stream) => startLoop(`h2/${session}/${stream}`, ask(caller))),
      ),
      ...Array.from({ length: CLIENTS }, (_, client) => startLoop(`grpc/${client}`, call(clientOf(hosts)))),
    ];
    const held = [
      ...Array.from({ length: 3 }, () => ask(callerTo(hosts))),
      ...Array.from({ length: 3 }, () => call(clientOf([hosts[0]]))),
    ].map((send, index) =>
      send(`held/${index}`, `${COUNTED_PATH}/held`).then(
        () => 'answered',
        (error: unknown) => String(error),
      ),
    );
    // Every client calls both gateways, and every session is in use.
    const throughBoth = ({ ids }: Loop): boolean =>
      new Set(ids.flatMap((id) => instance.requests.get(id)?.via ?? [])).size >= 2;
    await eventually(
      () =>
        instance.held === held.length &&
        loops.every(({ ids }) => ids.length > SOME) &&
        loops.slice(-CLIENTS).every(throughBoth),
      { timeoutMs: 60_000 },
    );

    const exited = leaving.end('SIGTERM');
    // They have been told that it goes.
    await eventually(() => callers.every((caller) => caller.origin === origin(hosts[1])), {
      timeoutMs: 60_000,
    });
    instance.release();
    expect(await Promise.all(held)).toEqual(held.map(() => 'answered'));
    expect(await exited).toBe(0);
    const lengths = loops.map(({ ids }) => ids.length);
    await eventually(() => loops.every(({ ids }, index) => ids.length > (lengths[index] ?? 0) + SOME), {
      timeoutMs: 60_000,
    });
    await Promise.all(loops.map((loop) => loop.stop()));

    expect(failures).toEqual([]);
    const sent = loops.flatMap(({ ids }) => ids);
    expect(sent.map((id) => instance.requests.get(id)?.times).filter((times) => times !== 1)).toEqual([]);
  });
});
