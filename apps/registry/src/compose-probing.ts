import type { AddressGuard } from '@rollcall/address-guard';
import { followAuthority, followClientPair, type Logger } from '@rollcall/service-kit';
import { createHttpProber } from './adapters/http-prober/http-prober';
import { PROBE_PAIR, type RegistryConfig } from './config';
import type { Prober } from './ports/prober';

/** What probes instances, with the files that it follows while they are renewed. */
export interface Probing {
  readonly prober: Prober;
  start(): void;
  /** Idempotent. */
  stop(): void;
}

export function composeProbing(
  config: Pick<RegistryConfig, 'PROBE_CA_FILE' | 'PROBE_CERT_FILE' | 'PROBE_KEY_FILE'>,
  { guard, logger }: { readonly guard: AddressGuard; readonly logger: Logger },
): Probing {
  const { PROBE_CA_FILE: caFile, PROBE_CERT_FILE: certFile, PROBE_KEY_FILE: keyFile } = config;
  const authority = caFile === undefined ? undefined : followAuthority('PROBE_CA_FILE', caFile, { logger });
  const pair =
    certFile === undefined || keyFile === undefined
      ? undefined
      : followClientPair({ certFile, keyFile, settings: PROBE_PAIR }, { logger });
  return {
    prober: createHttpProber({ guard, ca: authority?.current, pair: pair?.current }),
    start() {
      authority?.start();
      pair?.start();
    },
    stop() {
      authority?.stop();
      pair?.stop();
    },
  };
}
