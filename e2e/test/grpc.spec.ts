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
} from '@grpc/grpc-js';
import type { ExplainResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { startNode, type NodeProcess } from '../src/node-process';

interface Greeting {
  readonly text?: string;
  readonly count?: number;
  readonly payload?: Buffer;
}
type Answered = (error: ServiceError | null, answer?: Greeting) => void;

/** What the example's proto says. */
interface GreeterClient extends Client {
  greet(greeting: Greeting, metadata: Metadata, options: CallOptions, answered: Answered): ClientUnaryCall;
  count(greeting: Greeting): ClientReadableStream<Greeting>;
  collect(answered: Answered): ClientWritableStream<Greeting>;
  chat(): ClientDuplexStream<Greeting, Greeting>;
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
  readonly Greeter: new (...given: ConstructorParameters<typeof Client>) => GreeterClient;
  readonly Health: new (...given: ConstructorParameters<typeof Client>) => HealthClient;
};

describe('gRPC through the gateway', () => {
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
    cluster = await startCluster({ gateway: { HTTP2: 'on' } });
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
    expect(failed.trailers?.get('detail-bin')).toEqual([Buffer.from([1, 2, 255])]);
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

  test('tells of a path without a route in a status of gRPC', async () => {
    const unknown = await new Promise<ServiceError | null>((resolve) =>
      client.makeUnaryRequest(
        '/example.Unknown/Call',
        () => Buffer.alloc(0),
        () => undefined,
        {},
        (error) => resolve(error),
      ),
    );
    expect(unknown?.code).toBe(status.UNIMPLEMENTED);
  });

  test('fails no call while an instance leaves, and none that begins after one was killed', async () => {
    const leaving = await addServer('c');
    await eventually(async () => (await greet('c?')).trailers?.get('x-served-by')[0] === 'c');
    const codes: number[] = [];
    let goesOn = true;
    const loop = async (): Promise<void> => {
      while (goesOn) codes.push((await greet('loop')).code);
    };
    const loops = Array.from({ length: 8 }, loop);
    await eventually(() => codes.length > 50);
    expect(await leaving.end('SIGTERM')).toBe(0);
    const left = codes.length;
    await eventually(() => codes.length > left + 50);
    goesOn = false;
    await Promise.all(loops);
    expect(new Set(codes)).toEqual(new Set([status.OK]));

    const killed = await addServer('d');
    await eventually(async () => (await greet('d?')).trailers?.get('x-served-by')[0] === 'd');
    await killed.end('SIGKILL');
    for (let count = 0; count < 30; count += 1) expect((await greet('after')).code).toBe(status.OK);
  });
});
