import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import { INSTANCE_HEADER } from '@rollcall/contracts';
import type { AddressGuard } from '@rollcall/address-guard';
import type { KeyPairTexts } from '@rollcall/service-kit';
import type { ProbeOutcome } from '../../catalog/instance/instance-event';
import type { Prober, ProbeTarget } from '../../ports/prober';
import { connectionFailure } from './connection-failure';

export interface HttpProberOptions {
  readonly guard: Pick<AddressGuard, 'checkHost' | 'lookup'>;
  /**
   * PEM text of the authority that has to have signed the certificates of https:// instances, asked for each probe.
   * Without it certificates are not verified: the identity is read from a response header, as over http.
   */
  readonly ca?: (() => string) | undefined;
  /** Shown to https:// instances that ask for a certificate, asked for each probe. */
  readonly pair?: (() => KeyPairTexts | undefined) | undefined;
  /**
   * Milliseconds for a whole probe. Too low: slow instances are taken for dead. Too high: one that has vanished stays
   * listed twice as much longer.
   */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 500;

/**
 * Codes of a connection that was accepted and then closed without a response. That is also what a process does that is
 * being killed: its accepted connections are reset, and the next one is refused.
 */
const CUT = 'cut';
const AFTER_A_CUT_MS = 50;

/** Probes by HTTP GET over a new connection each: a kept-alive one does not show whether the process still accepts any. */
export function createHttpProber({ guard, ca, pair, timeoutMs = TIMEOUT_MS }: HttpProberOptions): Prober {
  return {
    async probe(target, signal) {
      const first = await ask(target, signal);
      if (first !== CUT) return first;
      await pause(AFTER_A_CUT_MS);
      const second = await ask(target, signal);
      // Something accepts connections and closes them, perhaps a proxy in front of an instance that is gone.
      return second === CUT ? 'silent' : second;
    },
  };

  function ask(target: ProbeTarget, signal: AbortSignal): Promise<ProbeOutcome | typeof CUT> {
    const url = new URL(target.url + target.healthPath);
    // Sockets connect to a literal address without a look-up.
    if (!guard.checkHost(url.hostname).allowed) return Promise.resolve('unreachable');

    return new Promise((resolve) => {
      let connected = false;
      const request = send(url, signal);
      const settle = (outcome: ProbeOutcome | typeof CUT): void => {
        clearTimeout(timer);
        request.destroy();
        resolve(outcome);
      };
      // One more turn of the loop: after this process itself was paused, the response may be in the socket already.
      const timer = setTimeout(
        () => setImmediate(() => settle(connected ? 'silent' : 'timed_out')),
        timeoutMs,
      );
      request.once('socket', (socket: Socket) => {
        socket.once('connect', () => (connected = true));
        // Before its identity is believed: another server in its place could have the instance evicted.
        socket.once('secureConnect', () => {
          if (ca !== undefined && socket instanceof TLSSocket && !socket.authorized) settle('unverified');
        });
      });
      request.once('response', (response) => settle(whoAnswered(response, target)));
      // A destroyed request may emit one more error, which without a listener would crash the process.
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
          httpsRequest(url, {
            ...options,
            ...(ca !== undefined && { ca: ca() }),
            ...pair?.(),
            rejectUnauthorized: false,
          })
        : httpRequest(url, options);
    return request.end();
  }
}

function whoAnswered(response: IncomingMessage, { instanceId, epoch }: ProbeTarget): ProbeOutcome {
  const identity = response.headers[INSTANCE_HEADER.toLowerCase()];
  if (identity === undefined) return 'anonymous';
  return identity === `${instanceId}/${epoch}` ? 'answered' : 'somebody_else';
}

/** A server that does not answer in HTTP or TLS is a server all the same. */
function failureOfConnected(error: Error): ProbeOutcome | typeof CUT {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' ? CUT : 'anonymous';
}
