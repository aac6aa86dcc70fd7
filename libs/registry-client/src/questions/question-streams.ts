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
  /** Under which this process is registered. */
  readonly instanceId: string;
  /** `read`: questions that change nothing. `on`: all of them. */
  readonly answers: 'read' | 'on';
  /** Answers a question, of which nothing has been checked. May reject: that is answered with 500. */
  readonly answer: (question: unknown) => Promise<QuestionAnswer>;
  readonly onEvent?: (event: QuestionStreamEvent) => void;
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
/** Of an instance that is not listed yet, of a token that may not, of a registry that is older: none changes in a moment. */
const REFUSED_RETRY_MS = 5000;

/** @throws TypeError when there is no registry address, or one that is not http(s); and when a file of TLS cannot be used */
export function createQuestionStreams(options: QuestionStreamsOptions): QuestionStreams {
  const { instanceId, answers, answer, onEvent = () => undefined } = options;
  const access = followAccess(readAccess(options), () => undefined);
  const http = createRegistryHttp(access, { keepAlive: false });
  const calls = createRegistryCalls(access, ANSWER_TIMEOUT_MS);
  const halt = new AbortController();
  let work: Promise<unknown> | undefined;

  async function keepOpen(registryUrl: string): Promise<void> {
    let failures = 0;
    let isRefused = false;
    while (!halt.signal.aborted) {
      let hasOpened = false;
      const failure = await readEventStream({
        http,
        url: `${registryUrl}/instances/${encodeURIComponent(instanceId)}/questions`,
        query: { answers },
        signal: halt.signal,
        silenceLimitMs: () => SILENCE_LIMIT_MS,
        longestEvent: LONGEST_QUESTION,
        onEvent({ type, data }) {
          if (type === 'opened') {
            hasOpened = true;
            [failures, isRefused] = [0, false];
            onEvent({ type: 'opened', registryUrl });
          }
          if (type === 'question') void respond(registryUrl, data);
          return undefined;
        },
      });
      if (halt.signal.aborted) return;
      const wasRefused = failure.status !== undefined && failure.status < 500 && failure.status !== 429;
      const retryInMs = wasRefused
        ? jittered(REFUSED_RETRY_MS, Math.random)
        : Math.max(backoffMs(failures, Math.random), failure.retryAfterMs ?? 0);
      failures += 1;
      if (hasOpened) onEvent({ type: 'lost', registryUrl, failure, retryInMs });
      // An instance that is not listed yet is listed in a moment.
      else if (wasRefused && failure.code !== 'INSTANCE_NOT_FOUND') {
        if (!isRefused) onEvent({ type: 'refused', registryUrl, failure });
        isRefused = true;
      }
      await pause(retryInMs, { signal: halt.signal });
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
