import type { Logger } from '../logging/logger';
import { SERVER_PAIR, type KeyPairFiles } from './key-pair-files';
import type { KeyPairEvent } from './key-pair-loop';

/** Logs what became of a certificate, a server's own or one that is shown to servers. */
export function logKeyPairEvent(
  logger: Logger,
  { settings = SERVER_PAIR }: KeyPairFiles,
  event: KeyPairEvent,
): void {
  const setting = settings.certFile;
  switch (event.type) {
    case 'loaded':
      return void logger.info('a certificate is in force', {
        event: 'tls_certificate_loaded',
        setting,
        names: event.pair.names,
        fingerprint: event.pair.fingerprint,
        expires_at: new Date(event.pair.expiresAt).toISOString(),
      });
    case 'refused':
      return void logger.error('the new certificate cannot be used; the one before stays in force', {
        event: 'tls_certificate_refused',
        setting,
        faults: event.faults,
      });
    case 'expired':
      return void logger.warn('the certificate has EXPIRED: peers that verify it refuse it', {
        event: 'tls_certificate_expired',
        setting,
        names: event.pair.names,
        expires_at: new Date(event.pair.expiresAt).toISOString(),
      });
  }
}
