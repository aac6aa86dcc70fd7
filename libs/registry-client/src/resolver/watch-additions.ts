import type { Random } from '@rollcall/load-balancing';
import { backoffMs } from '../registry/backoff';
import type { RegistryCalls } from '../registry/registry-calls';
import { failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import { pause } from '../registry/wait';
import type { AcknowledgedStream } from './acknowledgements';

/** Has the stream that is open follow services that were asked for after it was opened. */
export interface WatchAdditions {
  /** A stream has been opened, in place of the one before; these names are not on its list. */
  opened(stream: AcknowledgedStream, missing: readonly string[]): void;
  /** The stream has ended: the next one is opened with every name that is asked for by then. */
  closed(): void;
  /** Puts a name on the list. Those of one turn of the loop, and those that come while a call is under way, are one call. */
  add(serviceName: string): void;
  stop(): void;
}

export interface WatchAdditionsOptions {
  readonly calls: RegistryCalls;
  readonly subscriber: string;
  readonly random: Random;
  /** The registry does not know the stream, or no additions: only opening it anew helps. */
  readonly onUnknown: (failure: RegistryFailure) => void;
  /** It was not taken, and is tried again in `retryInMs`. */
  readonly onFailed: (
    services: readonly string[],
    failure: RegistryFailure,
    details: { readonly registryUrl: string; readonly retryInMs: number },
  ) => void;
}

/** Names in one call; a registry takes no more. */
export const MOST_NAMES_IN_A_CALL = 10_000;

export function createWatchAdditions(options: WatchAdditionsOptions): WatchAdditions {
  const { calls, subscriber, random, onUnknown, onFailed } = options;
  const halt = new AbortController();
  const waiting = new Set<string>();
  let stream: AcknowledgedStream | undefined;
  let sending = false;
  let scheduled: NodeJS.Immediate | undefined;

  async function send(): Promise<void> {
    scheduled = undefined;
    if (sending) return;
    sending = true;
    for (let failures = 0; stream !== undefined && waiting.size > 0 && !halt.signal.aborted; ) {
      const to = stream;
      const names = [...waiting].slice(0, MOST_NAMES_IN_A_CALL);
      const outcome = await post(to, names);
      // Another stream has been opened meanwhile: what is not on its list is waiting by now.
      if (to !== stream) continue;
      if (outcome === 'added') {
        for (const name of names) waiting.delete(name);
        failures = 0;
      } else if (isUnknown(outcome.failure)) {
        stream = undefined;
        onUnknown(outcome.failure);
      } else {
        const retryInMs = outcome.failure.retryAfterMs ?? backoffMs(failures, random);
        failures += 1;
        onFailed(names, outcome.failure, { registryUrl: to.registryUrl, retryInMs });
        await pause(retryInMs, { signal: halt.signal });
      }
    }
    sending = false;
  }

  async function post(
    { registryUrl, secret }: AcknowledgedStream,
    services: readonly string[],
  ): Promise<'added' | { readonly failure: RegistryFailure }> {
    const body = { subscriber, stream_secret: secret, services };
    const answer = await calls.post(registryUrl, '/watch/additions', body);
    if (!answer.answered) return { failure: answer.failure };
    if (answer.status === 204) return 'added';
    return { failure: failureOfAnswer(answer.status, answer.body, answer.retryAfterMs) };
  }

  function schedule(): void {
    if (!sending && stream !== undefined && waiting.size > 0) scheduled ??= setImmediate(() => void send());
  }

  return {
    opened(next, missing) {
      stream = next;
      waiting.clear();
      for (const name of missing) waiting.add(name);
      schedule();
    },
    closed() {
      stream = undefined;
      waiting.clear();
    },
    add(serviceName) {
      if (stream === undefined) return;
      waiting.add(serviceName);
      schedule();
    },
    stop() {
      halt.abort();
      clearImmediate(scheduled);
    },
  };
}

/** No such stream or secret (403, 404), or a registry that knows no additions (404, 405). */
function isUnknown({ status, code }: RegistryFailure): boolean {
  return status === 404 || status === 405 || code === UNKNOWN_STREAM;
}

const UNKNOWN_STREAM = 'STREAM_SECRET_WRONG';
