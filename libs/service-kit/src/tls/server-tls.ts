import { Counter, Gauge, type Registry } from 'prom-client';
import type { TlsSettings } from '../config/tls-settings';
import type { Logger } from '../logging/logger';
import { logAuthorityEvent } from './authority-loop';
import { logKeyPairEvent } from './key-pair-log';
import type { ServerTls } from './tls-front';

/** What the settings say of TLS, with its log lines and metrics: `undefined` where a server speaks none. Once a process. */
export function createServerTls(
  { TLS_CERT_FILE, TLS_KEY_FILE, CLIENT_CA_FILE, CLIENT_CERT }: TlsSettings,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: { readonly registry: Registry } },
): ServerTls | undefined {
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) return undefined;
  const failures = new Counter({
    name: 'tls_handshake_failures_total',
    help: 'Connections that never came to a request: plain_http, timed_out, cut, nothing_in_common, certificate_rejected, client_certificate, other.',
    labelNames: ['reason'],
    registers: [metrics.registry],
  });
  const expiry = new Gauge({
    name: 'tls_certificate_expiry_timestamp_seconds',
    help: 'When the certificate that is served expires.',
    aggregator: 'min',
    registers: [metrics.registry],
  });
  const files = { certFile: TLS_CERT_FILE, keyFile: TLS_KEY_FILE };

  return {
    files,
    clients:
      CLIENT_CA_FILE === undefined
        ? undefined
        : {
            caFile: CLIENT_CA_FILE,
            isRequired: CLIENT_CERT !== 'optional',
            onAuthority: (event) =>
              logAuthorityEvent(logger, { setting: 'CLIENT_CA_FILE', file: CLIENT_CA_FILE }, event),
          },
    onCertificate(event) {
      if (event.type === 'loaded') expiry.set(event.pair.expiresAt / 1000);
      logKeyPairEvent(logger, files, event);
    },
    onHandshakeFailure(reason, remoteAddress) {
      failures.labels(reason).inc();
      // Strangers can cause any number of these: always counted, logged at debug level only.
      logger.debug(`a TLS handshake failed: ${reason}`, {
        event: 'tls_handshake_failed',
        reason,
        remote_address: remoteAddress,
      });
    },
  };
}
