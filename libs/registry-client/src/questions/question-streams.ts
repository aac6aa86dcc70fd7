import { MAX_ANSWER_BYTES } from '@rollcall/contracts/longest-answer';
import { backoffMs, jittered } from '../registry/backoff';
import { readEventStream } from '../registry/event-stream';
import { createRegistryHttp, followAccess, readAccess } from '../registry/registry-access';
import { registryAddresses } from '../registry/registry-addresses';
import { createRegistryCalls } from '../registry/registry-calls';
import type { RegistryFailure } from '../registry/registry-failure';
import type { TlsFileOptions } from '../registry/tls-files';
import { pause } from '../registry/wait';
import { isJsonRecord, isString } from '../wire/json-record';

/** An answer to a question, as an HTTP API would give it. */
export interface QuestionAnswer {
  readonly status: number;
  readonly body: object;
}

export interface QuestionStreamsOptions extends TlsFileOptions {
  /** Base addresses of the registries. Each of them may ask. */
  readonly registryUrls: readonly string[];
  /** Bearer token that may write this instance's service. */
  readonly token?: string;
  /** The service that this process is registered for. */
  readonly serviceName: string;
  /**
   * As what this process is listed, `undefined` while it is not: a registrar's `identity`. No stream is opened before it
   * is listed for the first time.
   */
  readonly identity: () => Listing | undefined;
  /** `read`: questions that change nothing. `on`: all of them. */
  readonly answers: 'read' | 'on';
  /** Answers a question, of which nothing has been checked. May reject: that is answered with 500. */
  readonly answer: (question: unknown) => Promise<QuestionAnswer>;
  readonly onEvent?: (event: QuestionStreamEvent) => void;
}

interface Listing {
  readonly instance_id: string;
  readonly epoch: number;
}

/** Plain data, for logs. Durations are milliseconds. */
export type QuestionStreamEvent =
  | { readonly type: 'opened'; readonly registryUrl: string }
  /** A stream was open, and ended; it is opened again in `retryInMs`. */
  | {
      readonly type: 'lost';
      readonly registryUrl: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** Told once for as long as it is so: the token may not, or the registry is older and asks nothing. */
  | { readonly type: 'refused'; readonly registryUrl: string; readonly failure: RegistryFailure };

/** A stream to each registry, over which it asks this process; no port of this process has to be reached. */
export interface QuestionStreams {
  start(): void;
  stop(): Promise<void>;
}

/** Two pings and a half. */
const SILENCE_LIMIT_MS = 40_000;
const LONGEST_QUESTION = 64 * 1024;
const ANSWER_TIMEOUT_MS = 2000;
/** A stream that lasted this long was a success; one that ended sooner counts as a failure of the registry. */
const GOOD_STREAM_MS = 2000;
/** How soon is looked again as what this process is listed. */
const LISTED_AGAIN_MS = 500;
/** Of an instance that is not listed yet, of a token that may not, of a registry that is older: none changes in a moment. */
const REFUSED_RETRY_MS = 5000;

/** @throws TypeError when there is no registry address, or one that is not http(s); and when a file of TLS cannot be used */
export function createQuestionStreams(options: QuestionStreamsOptions): QuestionStreams {
  const { answers, answer, onEvent = () => undefined } = options;
  const access = followAccess(readAccess(options), () => undefined);
  const http = createRegistryHttp(access, { keepAlive: false });
  const calls = createRegistryCalls(access, ANSWER_TIMEOUT_MS);
  const halt = new AbortController();
  let work: Promise<unknown> | undefined;
  let latest: Listing | undefined;

  async function keepOpen(registryUrl: string): Promise<void> {
    let failures = 0;
    let isRefused = false;
    /** Registries of before know neither service nor epoch, and refuse them as malformed. */
    let isNamed = true;
    while (!halt.signal.aborted) {
      const listing = await listed();
      if (listing === undefined) return;
      const { instance_id: instanceId, epoch } = listing;
      let openedAt: number | undefined;
      const failure = await readEventStream({
        http,
        url: `${registryUrl}/instances/${encodeURIComponent(instanceId)}/questions`,
        query: { answers, ...(isNamed && { service: options.serviceName, epoch }) },
        signal: halt.signal,
        silenceLimitMs: () => SILENCE_LIMIT_MS,
        longestEvent: LONGEST_QUESTION,
        onEvent({ type, data }) {
          if (type === 'opened') {
            openedAt = performance.now();
            isRefused = false;
            onEvent({ type: 'opened', registryUrl });
          }
          if (type === 'question') void respond(registryUrl, data);
          return undefined;
        },
      });
      if (halt.signal.aborted) return;
      if (openedAt !== undefined && performance.now() - openedAt >= GOOD_STREAM_MS) failures = 0;
      const isOlderRegistry: boolean = isNamed && failure.status === 400;
      // It may have been renewed by the time the next stream is opened.
      isNamed = openedAt !== undefined || !isOlderRegistry;
      const wasRefused = isRefusal(failure) && !isOlderRegistry;
      const retryInMs = wasRefused
        ? jittered(REFUSED_RETRY_MS, Math.random)
        : Math.max(backoffMs(failures, Math.random), failure.retryAfterMs ?? 0);
      failures += 1;
      if (openedAt !== undefined) onEvent({ type: 'lost', registryUrl, failure, retryInMs });
      // An instance that is not listed yet, or not as it is by now, is listed so in a moment.
      else if (wasRefused && !isKnownLater(failure)) {
        if (!isRefused) onEvent({ type: 'refused', registryUrl, failure });
        isRefused = true;
      }
      await waitFor(retryInMs, epoch);
    }
  }

  /** As what this process is listed, or was last: until it is deregistered, it is asked while it drains. */
  async function listed(): Promise<Listing | undefined> {
    while (!halt.signal.aborted) {
      latest = options.identity() ?? latest;
      if (latest !== undefined) return latest;
      await pause(LISTED_AGAIN_MS, { signal: halt.signal });
    }
    return undefined;
  }

  /** Ends early when this process is listed anew: the registry has no reason to refuse that incarnation. */
  async function waitFor(ms: number, epoch: number): Promise<void> {
    const until = performance.now() + ms;
    while (!halt.signal.aborted && (options.identity()?.epoch ?? epoch) === epoch) {
      const leftMs = until - performance.now();
      if (leftMs <= 0) return;
      await pause(Math.min(leftMs, LISTED_AGAIN_MS), { signal: halt.signal });
    }
  }

  /** Nothing is tried twice: whoever asked waits for a second only. */
  async function respond(registryUrl: string, data: string): Promise<void> {
    const question = readQuestion(data);
    if (question === undefined) return;
    const given = await answer(question.asked).catch(
      (error: unknown): QuestionAnswer => problem(500, 'INTERNAL_ERROR', String(error)),
    );
    const fits = Buffer.byteLength(JSON.stringify(given)) <= MAX_ANSWER_BYTES;
    const sent = fits ? given : problem(413, 'ANSWER_TOO_LONG', 'The answer is too long to be passed on.');
    await calls.post(registryUrl, `/answers/${encodeURIComponent(question.id)}`, sent);
  }

  return {
    start() {
      work ??= Promise.all(registryAddresses(options.registryUrls).map(keepOpen));
    },
    async stop() {
      halt.abort();
      await work;
      calls.close();
      http.close();
    },
  };
}

function isRefusal({ status }: RegistryFailure): boolean {
  return status !== undefined && status < 500 && status !== 429;
}

function isKnownLater({ code }: RegistryFailure): boolean {
  return code === 'INSTANCE_NOT_FOUND' || code === 'EPOCH_MISMATCH';
}

function problem(status: number, code: string, detail: string): QuestionAnswer {
  return { status, body: { type: 'about:blank', title: detail, status, code, detail } };
}

function readQuestion(data: string): { readonly id: string; readonly asked: object } | undefined {
  try {
    const asked: unknown = JSON.parse(data);
    return isJsonRecord(asked) && isString(asked['id']) ? { id: asked['id'], asked } : undefined;
  } catch {
    return undefined;
  }
}
