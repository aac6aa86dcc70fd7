import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { AcknowledgeRequest } from '@rollcall/contracts';
import type { Random } from '@rollcall/load-balancing';
import { backoffMs } from '../registry/backoff';
import type { RegistryCalls } from '../registry/registry-calls';
import { pause } from '../registry/wait';

/** The stream that is read now, as `POST /acks` wants to hear of it. */
export interface AcknowledgedStream {
  readonly registryUrl: string;
  readonly secret: string;
}

/** Tells the registry what is in force here, so that an instance that drains can stop without being missed. */
export interface Acknowledgements {
  /** A stream has been opened, in place of the one before. */
  opened(stream: AcknowledgedStream): void;
  /** Everything up to `revision` is in force. */
  applied(revision: number): void;
  /** The registry waits to hear that: says so, again until it is heard or the stream is another one. */
  acknowledge(revision: number): void;
  /** Nobody is picked here any more: no drain is to wait for this process. At most one call; never rejects. */
  goodbye(): Promise<void>;
}

export function createAcknowledgements(options: {
  readonly calls: RegistryCalls;
  readonly subscriber: string;
  readonly random: Random;
}): Acknowledgements {
  const { calls, subscriber, random } = options;
  const halt = new AbortController();
  let stream: AcknowledgedStream | undefined;
  let appliedUpTo = 0;
  /** The highest revision that was asked for; it stands for every lower one. */
  let wanted: number | undefined;
  let sending = false;

  async function send(): Promise<void> {
    sending = true;
    for (let failures = 0; wanted !== undefined && stream !== undefined && !halt.signal.aborted; ) {
      const revision = wanted;
      const to = stream;
      const settled = await post(to, { subscriber, stream_secret: to.secret, revision });
      // Another stream asks for itself, by its `synced`.
      if (to !== stream) continue;
      if (settled) {
        failures = 0;
        if (wanted === revision) wanted = undefined;
      } else {
        await pause(backoffMs(failures, random), { signal: halt.signal });
        failures += 1;
      }
    }
    sending = false;
  }

  /**
   * Requests for an instance that was picked a moment ago may be written only at the end of this turn of the event loop, as
   * the gateway and Node's HTTP/2 sessions do. They go first: an instance of which nothing is expected any more may close.
   *
   * @returns whether there is no sense in saying it again: it was heard, or refused for good
   */
  async function post(to: AcknowledgedStream, body: AcknowledgeRequest): Promise<boolean> {
    await endOfTurn();
    const answer = await calls.post(to.registryUrl, '/acks', body);
    return answer.answered && answer.status < 500 && answer.status !== 429;
  }

  return {
    opened(next) {
      stream = next;
      wanted = undefined;
      appliedUpTo = 0;
    },
    applied(revision) {
      appliedUpTo = Math.max(appliedUpTo, revision);
    },
    acknowledge(revision) {
      wanted = Math.max(wanted ?? 0, revision);
      if (!sending) void send();
    },
    async goodbye() {
      halt.abort();
      if (stream === undefined) return;
      await post(stream, { subscriber, stream_secret: stream.secret, revision: appliedUpTo, goodbye: true });
      stream = undefined;
    },
  };
}
