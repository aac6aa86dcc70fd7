import type { ServerResponse } from 'node:http';
import type { Instance, RegisterRequest, SessionClosed } from '@rollcall/contracts';
import { problemAnswer, sendAnswer, type FakeAnswer, type FakeProblem } from './fake-answer';
import { answerCall } from './fake-answers';
import { createFakeCatalog, type FakeCatalog } from './fake-catalog';
import { answerDrain } from './fake-drain';
import { createFakeFaults } from './fake-faults';
import { readCall, type RecordedCall } from './fake-request';
import { createFakeServer } from './fake-server';
import { createFakeSessions } from './fake-sessions';
import { createFakeSubscribers } from './fake-subscribers';
import { createFakeWatchCalls } from './fake-watch-calls';
import { createFakeWatchers } from './fake-watchers';

export interface FakeRegistryOptions {
  /** What heartbeats are answered, seconds; fractions are allowed, so that specs need not wait. Default 10. */
  readonly heartbeatIntervalSeconds?: number;
  /** Seconds; default 30. Leases never end by themselves here: see `forget`. */
  readonly ttlSeconds?: number;
  /** Milliseconds between the comment pings of a watch; default 5000. */
  readonly pingIntervalMs?: number;
  /** Seconds between the pings of a session, as told to the instance; fractions are allowed. Default 5. */
  readonly sessionPingSeconds?: number;
  /** `false`: a registry of before there were sessions and drains, which answers 404 `NOT_FOUND`. Default true. */
  readonly sessions?: boolean;
  /** `false`: a registry of before there was `POST /watch`, which takes lists in the address alone. Default true. */
  readonly additions?: boolean;
  /**
   * How often load reports are wanted, milliseconds, from 100 on; 0: none are; `undefined`: a registry of before there were
   * reports, which answers 404 `NOT_FOUND`. Default 10000.
   */
  readonly reportIntervalMs?: number | undefined;
  /** When given, every call must carry it as its bearer token. */
  readonly token?: string;
}

/**
 * A registry for specs: real HTTP on a free port of 127.0.0.1, the protocol and the validation of the real one, its
 * state in memory and in your hands.
 */
export interface FakeRegistry {
  /** `http://127.0.0.1:<port>`; only once it was started. */
  readonly url: string;
  start(): Promise<void>;
  /** Closes everything. A stopped registry may be started again, and has forgotten nothing. */
  stop(): Promise<void>;

  /** What is listed now. */
  instances(serviceName?: string): readonly Instance[];
  /** Every call so far, those of the given path (`/heartbeat`) only, if one is given. */
  calls(path?: string): readonly RecordedCall[];
  /** Watch streams that are open now. */
  readonly openWatches: number;

  /** Sessions that instances hold open now. When one of them ends, its instance is `suspect` and is not probed. */
  readonly openSessions: number;
  /** Ends the session of an instance: with a word of why, or else as a connection that breaks. */
  endSession(instanceId: string, reason?: SessionClosed['reason']): void;

  /** Puts an instance on the list, as if a process had registered it. */
  list(request: RegisterRequest): Instance;
  /** Takes an instance off the list, as an eviction does: its next heartbeat gets 404. */
  forget(instanceId: string): void;
  /** Changes what the registry itself decides on. */
  update(instanceId: string, change: Partial<Pick<Instance, 'status' | 'reason' | 'weight'>>): void;
  /** What every heartbeat's answer warns of from now on. */
  warn(warnings: readonly string[]): void;

  /** The port is closed and every connection cut. */
  goAway(): Promise<void>;
  /** On the same port again; `empty`: with a new catalog that has not heard from anyone, and says so (`warming`). */
  comeBack(options?: { readonly empty?: boolean }): Promise<void>;
  /** The end of `warming`, for streams that are opened from now on. */
  warmedUp(): void;
  /** Answers the next call of this path with a problem, and does not carry it out. */
  refuseNext(path: string, problem: FakeProblem): void;
  /** Carries out calls of this path, but keeps their answers back until the returned function is called. */
  holdAnswers(path: string): () => void;
  /** Carries out calls of this path only when the returned function is called, though their caller may have gone. */
  holdCalls(path: string): () => void;
  /** Streams stay open and say nothing any more, as those of a frozen process. */
  freezeWatches(): void;
  freezeSessions(): void;
  /** Writes to every open stream as it is. */
  writeToWatches(text: string): void;
}

export function createFakeRegistry(options: FakeRegistryOptions = {}): FakeRegistry {
  const { heartbeatIntervalSeconds = 10, ttlSeconds = 30, pingIntervalMs = 5000, token } = options;
  const reportIntervalMs = 'reportIntervalMs' in options ? options.reportIntervalMs : 10_000;
  const subscribers = createFakeSubscribers();
  const watchers = createFakeWatchers(pingIntervalMs, subscribers);
  const watchCalls = createFakeWatchCalls({ watchers, additions: options.additions ?? true });
  const sessions = createFakeSessions(options.sessionPingSeconds ?? 5);
  const calls: RecordedCall[] = [];
  const faults = createFakeFaults();
  let catalog = newCatalog();
  let warming = false;
  let warnings: readonly string[] = [];
  const server = createFakeServer((request, response) => {
    void readCall(request).then((call) => serve(call, response));
  });

  function newCatalog(): FakeCatalog {
    const fresh = createFakeCatalog({ ttlSeconds });
    fresh.onChange((delta) => {
      watchers.tell(delta);
      sessions.review(fresh);
    });
    return fresh;
  }

  async function serve(call: RecordedCall, response: ServerResponse): Promise<void> {
    calls.push(call);
    await faults.admitted(call.path);
    const answer =
      refusalOf(call) ??
      watchCalls.answer(call, response, { catalog, warming }) ??
      (await ofInstance(call, response));
    if (answer === 'streaming') return;
    const scene = { catalog, subscribers, heartbeatIntervalSeconds, warnings, reportIntervalMs };
    const carriedOut = answer ?? answerCall(call, scene);
    await faults.released(call.path);
    sendAnswer(response, carriedOut);
  }

  async function ofInstance(
    call: RecordedCall,
    response: ServerResponse,
  ): Promise<FakeAnswer | 'streaming' | undefined> {
    if (options.sessions === false) return undefined;
    const route = /^\/instances\/[^/]+\/(\w+)$/.exec(call.path)?.[1];
    if (call.method === 'GET' && route === 'session')
      return sessions.open(call, response, catalog) ?? 'streaming';
    if (call.method === 'POST' && route === 'drain') return answerDrain(call, { catalog, subscribers });
    return undefined;
  }

  function refusalOf(call: RecordedCall): FakeAnswer | undefined {
    if (token !== undefined && call.headers.authorization !== `Bearer ${token}`)
      return problemAnswer({ status: 401, code: 'UNAUTHORIZED', detail: 'a bearer token is needed' });
    const refusal = faults.refusalOf(call.path);
    return refusal === undefined ? undefined : problemAnswer(refusal);
  }

  function close(): Promise<void> {
    watchers.end();
    sessions.endAll();
    return server.close();
  }

  return {
    get url() {
      return server.url;
    },
    start: () => server.listen(),
    stop: close,

    instances: (name) => (name === undefined ? catalog.instances() : catalog.instancesOf(name)),
    calls: (path) => calls.filter((call) => path === undefined || call.path === path),
    get openWatches() {
      return watchers.count;
    },
    get openSessions() {
      return sessions.count;
    },
    endSession: (instanceId, reason) => sessions.end(instanceId, reason),

    list(request) {
      const result = catalog.register(request);
      if ('code' in result) throw new Error(`${result.code}: ${result.detail}`);
      return result.instance;
    },
    forget: (instanceId) => void catalog.evict(instanceId),
    update: (instanceId, change) => void catalog.update(instanceId, change),
    warn(texts) {
      warnings = texts;
    },

    goAway: close,
    comeBack({ empty = false } = {}) {
      if (empty) {
        catalog = newCatalog();
        warming = true;
      }
      return server.listen();
    },
    warmedUp() {
      warming = false;
    },
    refuseNext: (path, problem) => faults.refuseNext(path, problem),
    holdAnswers: (path) => faults.holdAnswers(path),
    holdCalls: (path) => faults.holdCalls(path),
    freezeWatches: () => watchers.silence(),
    freezeSessions: () => sessions.silence(),
    writeToWatches: (text) => watchers.write(text),
  };
}
