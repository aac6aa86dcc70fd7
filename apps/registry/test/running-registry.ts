import type { ResolveName } from '@rollcall/address-guard';
import type { Logger, Route } from '@rollcall/service-kit';
import { createFakeClock, type FakeClock } from '@rollcall/testing';
import { composeRegistry, type RegistryParts } from '../src/compose';
import { registryConfig } from '../src/config';
import type { Prober } from '../src/ports/prober';
import { createRecordingLogger } from './doubles/recording-logger';
import { openSseStream, type SseOpening, type SseStream } from './sse-stream';

/** An answer; `body` is parsed JSON of the shape that the spec expects, or text where it is not JSON. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The whole registry on a port of its own, with a clock that stands still until the spec moves it. */
export interface RunningRegistry {
  readonly url: string;
  readonly clock: FakeClock;
  /** What answers there. */
  readonly routes: readonly Route[];
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post<T = unknown>(path: string, body: unknown): Promise<Answer<T>>;
  call<T = unknown>(method: string, path: string, init?: RequestInit): Promise<Answer<T>>;
  /** What Prometheus would be told. */
  metrics(): Promise<string>;
  watch(query: string, lastEventId?: string): Promise<SseStream>;
  /** Any other stream of events. */
  stream(path: string, opening?: SseOpening): Promise<SseStream>;
  stop(): Promise<void>;
}

/** Specs that count probes, or register addresses that nobody has, are not about connecting back. */
const everybodyIsThere: Prober = { probe: () => Promise.resolve('anonymous') };

/**
 * What the specs' host names stand for: nothing, at once. The system's resolver would ask a name server, which may take
 * seconds to say so, and cannot be told to stop when the spec is over.
 */
const noSuchHost: ResolveName = (name) =>
  Promise.reject(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));

export async function startRegistry(
  env: NodeJS.ProcessEnv = {},
  {
    clock = createFakeClock(),
    logger = createRecordingLogger().logger,
    ...parts
  }: RegistryParts & { readonly clock?: FakeClock; readonly logger?: Logger } = {},
): Promise<RunningRegistry> {
  const service = composeRegistry(
    registryConfig.read({ PORT: '0', DATA_DIR: 'off', ...env }),
    { logger },
    { resolveName: noSuchHost, connectBackProber: parts.prober ?? everybodyIsThere, ...parts, clock },
  );
  const { port, routes } = await service.start();
  const url = `http://127.0.0.1:${port}`;

  async function call<T>(method: string, path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await fetch(url + path, { method, ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const body = (isJson ? JSON.parse(text) : text) as T;
    return { status: response.status, headers: response.headers, body };
  }

  return {
    url,
    clock,
    routes,
    call,
    get: (path) => call('GET', path),
    post: (path, body) =>
      call('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    metrics: async () => (await call<string>('GET', '/metrics')).body,
    watch: (query, lastEventId) => openSseStream(`${url}/watch?${query}`, { lastEventId }),
    stream: (path, opening) => openSseStream(url + path, opening),
    stop: () => service.stop(),
  };
}
