import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskedQuestion } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { createRecordingLogger, type RecordingLogger } from './doubles/recording-logger';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';
import type { SseStream } from './sse-stream';

/** Bearers of a registry that asks gateways: each token is named as its key. */
export const TOKENS = {
  reader: 'reader-token-of-a-spec',
  edge: 'gateway-token-of-a-spec',
  team: 'product-token-of-a-spec',
  every: 'every-token-of-a-spec',
  ops: 'admin-token-of-a-spec',
} as const;

/** A gateway that answers by hand. */
export interface HandGateway {
  readonly stream: SseStream;
  /** The next question, as soon as it has come. */
  asked(): Promise<AskedQuestion>;
}

/** A registry with tokens, and gateways `gw-1` and `gw-22` of the service `gateway`, registered by `edge`. */
export interface AskingRegistry {
  readonly registry: RunningRegistry;
  readonly log: RecordingLogger;
  call<T = { code?: string; detail?: string }>(
    token: string,
    method: string,
    path: string,
    body?: object,
  ): Promise<Answer<T>>;
  /**
   * @param answers what the gateway answers, and more of the query
   * @param localAddress another address of the loopback network
   */
  connect(id: string, answers?: string, token?: string, localAddress?: string): Promise<HandGateway>;
  answer(
    id: string,
    body: object,
    how?: { token?: string; status?: number },
  ): Promise<Answer<{ code?: string }>>;
  /** The answer, once the clock has gone on for as long as anybody waits. */
  inTime<T>(answered: Promise<T>): Promise<T>;
  /** Gives the token `edge` these scopes, and has the registry see it. */
  grantEdge(scopes: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

const READ_AGAIN_MS = 5000;

export const gatewayOf = (service: string, id: string) => ({
  service_name: service,
  url: `http://10.0.0.1:${8000 + id.length}`,
  instance_id: id,
});

export async function startAskingRegistry(env: NodeJS.ProcessEnv = {}): Promise<AskingRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-questions-'));
  const file = join(folder, 'tokens.json');
  const streams: SseStream[] = [];
  const log = createRecordingLogger();
  await writeTokens(['write:gateway', 'read']);
  const registry = await startRegistry({ REGISTRY_TOKENS_FILE: file, ...env }, log);
  for (const id of ['gw-1', 'gw-22']) await call(TOKENS.edge, 'POST', '/register', gatewayOf('gateway', id));

  function writeTokens(scopesOfEdge: readonly string[]): Promise<void> {
    const tokens = [
      { name: 'reader', scopes: ['read'] },
      { name: 'edge', scopes: scopesOfEdge },
      { name: 'team', scopes: ['write:product', 'read'] },
      { name: 'every', scopes: ['write:*', 'read'] },
      { name: 'ops', scopes: ['admin', 'read'] },
    ] as const;
    return writeFile(
      file,
      JSON.stringify({ tokens: tokens.map((one) => ({ ...one, token: TOKENS[one.name] })) }),
    );
  }

  function call<T>(token: string, method: string, path: string, body?: object): Promise<Answer<T>> {
    return registry.call<T>(method, path, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  return {
    registry,
    log,
    call,
    async connect(id, answers = 'read', token = TOKENS.edge, localAddress) {
      const stream = await registry.stream(`/instances/${id}/questions?answers=${answers}`, {
        token,
        ...(localAddress !== undefined && { localAddress }),
      });
      streams.push(stream);
      if (stream.status === 200) await stream.take(1);
      return {
        stream,
        async asked() {
          const [question] = await stream.take(1);
          return question?.data as AskedQuestion;
        },
      };
    },
    answer: (id, body, { token = TOKENS.edge, status = 200 } = {}) =>
      call(token, 'POST', `/answers/${id}`, { status, body }),
    async inTime(answered) {
      let isOver = false;
      void answered.finally(() => (isOver = true));
      await eventually(async () => {
        await registry.clock.advance(1000);
        return isOver;
      });
      return answered;
    },
    async grantEdge(scopes) {
      await writeTokens(scopes);
      await registry.clock.advance(READ_AGAIN_MS);
      // The file is read in real time.
      await eventually(async () => {
        const { body } = await call<{ scopes: readonly string[] }>(TOKENS.edge, 'GET', '/whoami');
        return String(body.scopes) === String(scopes);
      });
    },
    async stop() {
      for (const stream of streams) stream.close();
      await registry.stop();
      await rm(folder, { recursive: true });
    },
  };
}
