import { Gauge, type Registry } from 'prom-client';
import type { KeySources } from '../tokens/key-sources';

/** What is known of the keys of token issuers. Read at each scrape; of several workers the one that is worst off counts. */
export function measureTokens(registry: Registry, keySources: Pick<KeySources, 'entries'>): void {
  new Gauge({
    name: 'rollcall_gateway_token_issuer_keys',
    help: 'Keys that tokens of an issuer are verified with; 0 while none are known.',
    labelNames: ['issuer'] as const,
    aggregator: 'min',
    registers: [registry],
    collect() {
      this.reset();
      for (const [issuer, { count }] of keySources.entries()) this.set({ issuer }, count);
    },
  });
  new Gauge({
    name: 'rollcall_gateway_token_issuer_keys_age_seconds',
    help: 'Time since the keys of an issuer were fetched.',
    labelNames: ['issuer'] as const,
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.reset();
      for (const [issuer, { ageMs }] of keySources.entries())
        if (ageMs !== undefined) this.set({ issuer }, ageMs / 1000);
    },
  });
}
