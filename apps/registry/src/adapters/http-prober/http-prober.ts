import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import { INSTANCE_HEADER } from '@rollcall/contracts';
import type { AddressGuard } from '@rollcall/address-guard';
import type { ProbeOutcome } from '../../catalog/instance/instance-event';
import type { Prober, ProbeTarget } from '../../ports/prober';
import { connectionFailure } from './connection-failure';

export interface HttpProberOptions {
  readonly guard: Pick<AddressGuard, 'checkHost' | 'lookup'>;
  /**
   * PEM text of the authority that has to have signed the certificates of https:// instances, asked for each probe.
   * Without it none is looked at: who answers is told by a header that anybody may write, over http as well.
   */
  readonly ca?: (() => string) | undefined;
  /**
   * Milliseconds for the whole of a probe. Too low: a busy machine's instances are taken for dead. Too high: one that
   * has vanished stays listed so much longer, twice.
   */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 500;

/**
 * A connection that was taken and then cut without an answer. A process that is being killed does so: its last
 * connections die with its socket, and the next one is refused.
 */
const CUT = 'cut';
const AFTER_A_CUT_MS = 50;

/** Probes by HTTP GET, each with a connection of its own: a kept one would say nothing about the next. */
export function createHttpProber({ guard, ca, timeoutMs = TIMEOUT_MS }: HttpProberOptions): Prober {
  return {
    async probe(target, signal) {
      const first = await ask(target, signal);
      if (first !== CUT) return first;
      await pause(AFTER_A_CUT_MS);
      const second = await ask(target, signal);
      // What cuts every connection is there, whatever it is: a proxy in front of an instance that is gone, perhaps.
      return second === CUT ? 'silent' : second;
    },
  };

  function ask(target: ProbeTarget, signal: AbortSignal): Promise<ProbeOutcome | typeof CUT> {
    const url = new URL(target.url + target.healthPath);
    // A literal address is connected to without any look-up.
    if (!guard.checkHost(url.hostname).allowed) return Promise.resolve('unreachable');

    return new Promise((resolve) => {
      let connected = false;
      const request = send(url, signal);
      const settle = (outcome: ProbeOutcome | typeof CUT): void => {
        clearTimeout(timer);
        request.destroy();
        resolve(outcome);
      };
      // One more turn before giving up: after this process itself has been stopped, the answer may lie in the socket.
      const timer = setTimeout(
        () => setImmediate(() => settle(connected ? 'silent' : 'timed_out')),
        timeoutMs,
      );
      request.once('socket', (socket: Socket) => {
        socket.once('connect', () => (connected = true));
        // Before anything that it says is believed: whoever stands in its place could have it evicted.
        socket.once('secureConnect', () => {
          if (ca !== undefined && socket instanceof TLSSocket && !socket.authorized) settle('unverified');
        });
      });
      request.once('response', (response) => settle(whoAnswered(response, target)));
      // Heard to the end: one that was destroyed may fail once more, and unheard that would end the process.
      request.on('error', (error) =>
        settle(connected ? failureOfConnected(error) : connectionFailure(error)),
      );
    });
  }

  function send(url: URL, signal: AbortSignal): ClientRequest {
    const options = { agent: false, signal, lookup: guard.lookup, headers: { connection: 'close' } };
    const request =
      url.protocol === 'https:'
        ? // What is not trusted is an outcome here and no error, so that it can be told from all that may fail.
          httpsRequest(url, { ...options, ...(ca !== undefined && { ca: ca() }), rejectUnauthorized: false })
        : httpRequest(url, options);
    return request.end();
  }
}

function whoAnswered(response: IncomingMessage, { instanceId, epoch }: ProbeTarget): ProbeOutcome {
  const identity = response.headers[INSTANCE_HEADER.toLowerCase()];
  if (identity === undefined) return 'anonymous';
  return identity === `${instanceId}/${epoch}` ? 'answered' : 'somebody_else';
}

/** Whoever does not speak HTTP, or no TLS, is somebody all the same. */
function failureOfConnected(error: Error): ProbeOutcome | typeof CUT {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' ? CUT : 'anonymous';
}
