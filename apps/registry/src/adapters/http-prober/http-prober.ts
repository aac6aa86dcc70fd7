import { connect, isIP, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { AddressGuard } from '@rollcall/address-guard';
import type { KeyPairTexts } from '@rollcall/service-kit';
import { asksByGrpc } from '../../catalog/instance/health-question';
import type { ProbeOutcome } from '../../catalog/instance/instance-event';
import type { Prober, ProbeTarget } from '../../ports/prober';
import { connectionFailure } from './connection-failure';
import { askOverHttp1, askOverHttp2, type HealthListener } from './health-requests';

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

/**
 * Probes by a request over a new connection each: a kept-alive one does not show whether the process still accepts any.
 * It is HTTP/2 for `protocol: h2c` and where TLS agrees on it (ALPN), else HTTP/1.1.
 */
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
    const url = new URL(target.registration.url + target.registration.healthPath);
    // Sockets connect to a literal address without a look-up.
    if (!guard.checkHost(url.hostname).allowed) return Promise.resolve('unreachable');

    return new Promise((resolve) => {
      let connected = false;
      const socket = open(url);
      const settle = (outcome: ProbeOutcome | typeof CUT): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve(outcome);
      };
      // One more turn of the loop: after this process itself was paused, the response may be in the socket already.
      const timer = setTimeout(
        () => setImmediate(() => settle(connected ? 'silent' : 'timed_out')),
        timeoutMs,
      );
      const listener: HealthListener = {
        answered: (identity) => settle(whoAnswered(identity, target)),
        failed: (error) => settle(connected ? failureOfConnected(error) : connectionFailure(error)),
        cut: () => settle(CUT),
      };
      addAbortSignal(signal, socket)
        .on('error', listener.failed)
        .once('connect', () => {
          connected = true;
          if (!(socket instanceof TLSSocket)) request(target.registration.protocol === 'h2c');
        })
        .once('secureConnect', () => {
          if (!(socket instanceof TLSSocket)) return;
          // Before its identity is believed: another server in its place could have the instance evicted.
          if (ca !== undefined && !socket.authorized) settle('unverified');
          else request(socket.alpnProtocol === 'h2');
        });

      function request(overHttp2: boolean): void {
        if (overHttp2) askOverHttp2(socket, url, { byGrpc: asksByGrpc(target.registration) }, listener);
        else askOverHttp1(socket, url, listener);
      }
    });
  }

  function open(url: URL): Socket {
    const isSecure = url.protocol === 'https:';
    const options = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || (isSecure ? 443 : 80)),
      lookup: guard.lookup,
    };
    if (!isSecure) return connect(options);
    return connectTls({
      ...options,
      ...(isIP(options.host) === 0 && { servername: options.host }),
      ...(ca !== undefined && { ca: ca() }),
      ...pair?.(),
      ALPNProtocols: ['h2', 'http/1.1'],
      // What is not trusted is an outcome here and no error, so that it can be told from all that may fail.
      rejectUnauthorized: false,
    });
  }
}

function whoAnswered(identity: unknown, { instanceId, epoch }: ProbeTarget): ProbeOutcome {
  if (identity === undefined) return 'anonymous';
  return identity === `${instanceId}/${epoch}` ? 'answered' : 'somebody_else';
}

/** A server that does not answer in HTTP or TLS is a server all the same. */
function failureOfConnected(error: Error): ProbeOutcome | typeof CUT {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' ? CUT : 'anonymous';
}
