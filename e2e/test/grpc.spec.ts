import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  credentials,
  Metadata,
  status,
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  type ServiceError,
  type CallOptions,
  type MethodDefinition,
} from '@grpc/grpc-js';
import type { ExplainResponse } from '@rollcall/contracts';
import { closedPort, eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { startNode, type NodeProcess } from '../src/node-process';

interface Greeting {
  readonly text?: string;
  readonly count?: number;
  readonly payload?: Buffer;
}
type Chat = ClientDuplexStream<Greeting, Greeting>;
type Answered = (error: ServiceError | null, answer?: Greeting) => void;

/** What the example's proto says. */
interface GreeterClient extends Client {
  greet(greeting: Greeting, metadata: Metadata, options: CallOptions, answered: Answered): ClientUnaryCall;
  count(greeting: Greeting): ClientReadableStream<Greeting>;
  collect(answered: Answered): ClientWritableStream<Greeting>;
  chat(): Chat;
}

interface HealthClient extends Client {
  check(
    request: { readonly service: string },
    answered: (error: ServiceError | null) => void,
  ): ClientUnaryCall;
}

const EXAMPLE = join(__dirname, '..', '..', 'docs', 'examples', 'grpc');
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the example is plain JavaScript
const { Greeter, Health } = require(join(EXAMPLE, 'greeter.js')) as {
  readonly Greeter: {
    new (...given: ConstructorParameters<typeof Client>): GreeterClient;
    readonly service: { readonly Greet: MethodDefinition<Greeting, Greeting> };
  };
  readonly Health: new (...given: ConstructorParameters<typeof Client>) => HealthClient;
};

const TO_GREETER = 'service: greeter, strip_prefix: true';
const ROUTES = `version: 1
routes:
  - { path_prefix: /keyed, ${TO_GREETER}, api_key: {} }
  - { path_prefix: /limited, ${TO_GREETER}, rate_limit: { requests: 1, per_seconds: 3600 } }
  - { path_prefix: /small, ${TO_GREETER}, body_limit_bytes: 3 }
  - { path_prefix: /busy, ${TO_GREETER}, max_in_flight: 1 }
  - { path_prefix: /nobody, service: nobody }
  - { path_prefix: /closed, service: closed, protocol: h2c }
  - { path_prefix: /told, service: legacy, strip_prefix: true, protocol: h2c }
  - { path_prefix: /untold, service: legacy, strip_prefix: true }
api_keys: [{ name: shop, sha256: ${'a'.repeat(64)} }]
`;

describe('gRPC through the gateway', () => {
  let folder: string;
  let cluster: Cluster;
  let client: GreeterClient;
  const servers: NodeProcess[] = [];

  async function addServer(name: string): Promise<NodeProcess> {
    const before = (await cluster.discover('greeter')).length;
    const env = { NAME: name, REGISTRY_URL: cluster.registryUrl };
    const server = startNode([join(EXAMPLE, 'server.js')], { env });
    servers.push(server);
    await eventually(async () => (await cluster.discover('greeter')).length === before + 1, {
      timeoutMs: 15_000,
    });
    return server;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-grpc-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    cluster = await startCluster({ gateway: { HTTP2: 'on', ROUTES_FILE: file, HOLD_TIMEOUT_MS: '100' } });
    await addServer('a');
    await addServer('b');
    client = new Greeter(new URL(cluster.gatewayUrl).host, credentials.createInsecure(), {
      'grpc.max_receive_message_length': 8 * 1024 * 1024,
    });
    // The gateway has the route once a call comes through.
    await eventually(async () => (await greet('first')).code === status.OK, { timeoutMs: 15_000 });
  });
  afterAll(async () => {
    client.close();
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  interface Outcome {
    readonly code: number;
    readonly details: string;
    readonly answer: Greeting | undefined;
    readonly head: Metadata | undefined;
    readonly trailers: Metadata | undefined;
  }
  function greet(
    text: string,
    {
      metadata = new Metadata(),
      payload,
      ...options
    }: CallOptions & { metadata?: Metadata; payload?: Buffer } = {},
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      let head: Metadata | undefined;
      let answer: Greeting | undefined;
      client
        .greet({ text, ...(payload && { payload }) }, metadata, options, (_, given) => (answer = given))
        .on('metadata', (given) => (head = given))
        .on('status', ({ code, details, metadata: trailers }) =>
          // The answer is told a moment before or after.
          setImmediate(() => resolve({ code, details, answer, head, trailers })),
        );
    });
  }
  /** A call at a route of the file, whose prefix is before the path. */
  const greetAt = (prefix: string): Promise<number> =>
    new Promise((resolve) => {
      const { requestSerialize, responseDeserialize } = Greeter.service.Greet;
      client
        .makeUnaryRequest(
          `${prefix}/example.Greeter/Greet`,
          requestSerialize,
          responseDeserialize,
          { text: 'x' },
          () => undefined,
        )
        .on('status', ({ code }) => resolve(code));
    });
  const stream = (): Promise<number> =>
    new Promise((resolve) =>
      client
        .count({ text: 'n', count: 5 })
        .on('data', () => undefined)
        .on('error', () => undefined)
        .on('status', ({ code }) => resolve(code)),
    );
  /** A chat that its instance has answered once. */
  async function openChat(): Promise<{
    readonly by: unknown;
    readonly chat: Chat;
    readonly code: Promise<number>;
  }> {
    const chat = client.chat();
    const code = new Promise<number>((resolve) => chat.on('status', (given) => resolve(given.code)));
    let by: unknown;
    let answers = 0;
    chat
      .on('metadata', (head: Metadata) => ([by] = head.get('x-instance')))
      .on('data', () => (answers += 1))
      .on('error', () => undefined);
    chat.write({ text: 'you' });
    await eventually(() => answers === 1);
    return { by, chat, code };
  }
  async function register(service: string, url: string): Promise<void> {
    const body = JSON.stringify({ service_name: service, url, ttl_seconds: 0 });
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${cluster.registryUrl}/register`, { method: 'POST', headers, body });
  }
  const messagesOf = async (stream: AsyncIterable<Greeting>): Promise<readonly Greeting[]> => {
    const messages: Greeting[] = [];
    for await (const message of stream) messages.push(message);
    return messages;
  };

  test('has both instances known by the probes of the registry, which call their health service', async () => {
    const probed = async (): Promise<string> => {
      const answer = await fetch(`${cluster.registryUrl}/explain/greeter`);
      const { instances } = (await answer.json()) as ExplainResponse;
      return instances.map(({ last_probe }) => last_probe?.outcome).join();
    };
    await eventually(async () => (await probed()) === 'answered,answered', { timeoutMs: 15_000 });

    const [instance] = await cluster.discover('greeter');
    const health = new Health(new URL(instance?.url ?? '').host, credentials.createInsecure());
    const failure = await new Promise<ServiceError | null>((resolve) =>
      health.check({ service: 'unknown' }, (error) => resolve(error)),
    );
    health.close();
    expect([failure?.code, failure?.metadata.get('rollcall-instance')]).toEqual([
      status.NOT_FOUND,
      [`${instance?.instance_id}/${instance?.epoch}`],
    ]);
  });

  test('carries a call to both instances, with metadata and trailers', async () => {
    const metadata = new Metadata();
    metadata.add('x-caller', 'one');
    metadata.add('x-caller', 'two');
    const outcomes = await Promise.all(['x', 'y', 'z', 'w'].map((text) => greet(text, { metadata })));
    expect(outcomes.map(({ code, answer }) => [code, answer?.text])).toEqual(
      ['x', 'y', 'z', 'w'].map((text) => [status.OK, `hello ${text}`]),
    );
    expect(new Set(outcomes.map(({ trailers }) => trailers?.get('x-served-by')[0]))).toEqual(
      new Set(['a', 'b']),
    );
    expect(outcomes[0]?.head?.get('x-caller').join(', ')).toBe('one, two');
  });

  test('carries streams of the server, of the client, and both ways at once', async () => {
    expect((await messagesOf(client.count({ text: 'n', count: 50 }))).map(({ count }) => count)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    const collected = await new Promise<Greeting | undefined>((resolve) => {
      const call = client.collect((_, answer) => resolve(answer));
      for (const text of ['a', 'b', 'c']) call.write({ text });
      call.end();
    });
    expect(collected).toMatchObject({ text: 'a b c', count: 3 });

    const chat = client.chat();
    const heard: string[] = [];
    chat.on('data', ({ text = '' }: Greeting) => heard.push(text));
    for (const text of ['you', 'me']) {
      chat.write({ text });
      // Each answer comes while the stream is open both ways.
      await eventually(() => heard.at(-1) === `${text} yourself`);
    }
    const closed = new Promise((resolve) => chat.once('status', resolve));
    chat.end();
    expect(await closed).toMatchObject({ code: status.OK });
  });

  test('carries an error with its details, and 4 MiB both ways', async () => {
    const failed = await greet('fail');
    expect([failed.code, failed.details]).toEqual([status.FAILED_PRECONDITION, 'größer als 100 %']);
    expect(failed.trailers?.get('grpc-status-details-bin')).toEqual([Buffer.from([8, 9, 18, 1, 120])]);
    const payload = Buffer.alloc(4 * 1024 * 1024, 'x');
    expect((await greet('big', { payload })).answer?.payload?.equals(payload)).toBe(true);
  });

  test('ends a call at its deadline, and tells the instance that its caller has gone', async () => {
    const told = () =>
      servers.reduce((sum, server) => sum + server.output().split('cancelled').length - 1, 0);
    expect((await greet('never', { deadline: Date.now() + 300 })).code).toBe(status.DEADLINE_EXCEEDED);
    await eventually(() => told() === 1);
    const metadata = new Metadata();
    const cancelled = new Promise<number>((resolve) => {
      const call = client.greet({ text: 'never' }, metadata, {}, () => undefined);
      call.on('metadata', () => call.cancel()).on('status', ({ code }) => resolve(code));
    });
    expect(await cancelled).toBe(status.CANCELLED);
    await eventually(() => told() === 2);
  });

  test.each([
    ['a path without a route', '/unknown', status.UNIMPLEMENTED],
    ['a service without an instance', '/nobody', status.UNAVAILABLE],
    ['an instance that refuses connections', '/closed', status.UNAVAILABLE],
    ['a call without the API key that is wanted', '/keyed', status.UNAUTHENTICATED],
    ['a message that is too long', '/small', status.RESOURCE_EXHAUSTED],
  ])('tells of %s in a status of gRPC', async (_what, prefix, code) => {
    if (prefix === '/closed') await register('closed', `http://127.0.0.1:${await closedPort()}`);
    expect(await greetAt(prefix)).toBe(code);
  });

  test('tells of limits in a status of gRPC: of rate, and of what is under way', async () => {
    expect([await greetAt('/limited'), await greetAt('/limited')]).toEqual([
      status.OK,
      status.RESOURCE_EXHAUSTED,
    ]);
    const { chat, code } = await openChat();
    expect(await greetAt('/busy')).toBe(status.UNAVAILABLE);
    chat.end();
    expect(await code).toBe(status.OK);
    await eventually(async () => (await greetAt('/busy')) === status.OK);
  });

  test('reaches an instance that is not registered with h2c by a route that says so, and by no other', async () => {
    const [instance] = await cluster.discover('greeter');
    await register('legacy', instance?.url ?? '');
    await eventually(async () => (await greetAt('/told')) === status.OK);
    expect(await greetAt('/untold')).toBe(status.UNIMPLEMENTED);
  });

  test('fails no call and no stream while an instance leaves', async () => {
    const leaving = await addServer('c');
    await eventually(async () => (await greet('c?')).trailers?.get('x-served-by')[0] === 'c');
    const codes: number[] = [];
    let goesOn = true;
    const loop = async (_: unknown, place: number): Promise<void> => {
      while (goesOn) codes.push(place % 2 === 0 ? (await greet('loop')).code : await stream());
    };
    const loops = Array.from({ length: 8 }, loop);
    await eventually(() => codes.length > 50);
    expect(await leaving.end('SIGTERM')).toBe(0);
    const left = codes.length;
    await eventually(() => codes.length > left + 50);
    goesOn = false;
    await Promise.all(loops);
    expect(new Set(codes)).toEqual(new Set([status.OK]));
  });

  test('fails what an instance had begun with when it is killed, once and as UNAVAILABLE, and nothing else', async () => {
    const killed = await addServer('d');
    const begun: Promise<number>[] = [];
    await eventually(async () => {
      const { by, chat, code } = await openChat();
      if (by === 'd') begun.push(code);
      else chat.end();
      return begun.length === 2;
    });
    let goesOn = true;
    const loop = async (_: unknown, place: number): Promise<readonly number[]> => {
      const codes: number[] = [];
      while (goesOn) {
        codes.push(place % 2 === 0 ? (await greet('loop')).code : await stream());
        calls += 1;
      }
      return codes;
    };
    let calls = 0;
    const loops = Array.from({ length: 8 }, loop);
    await eventually(() => calls > 50);
    await killed.end('SIGKILL');
    expect(await Promise.all(begun)).toEqual([status.UNAVAILABLE, status.UNAVAILABLE]);
    const after = calls;
    await eventually(() => calls > after + 50);
    goesOn = false;
    for (const codes of await Promise.all(loops)) {
      const failed = codes.filter((code) => code !== status.OK);
      // One call of each loop was under way.
      expect([[], [status.UNAVAILABLE]]).toContainEqual(failed);
    }
  });
});
