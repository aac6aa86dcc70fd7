import type { DiscoveryResult } from './discovery-result';
import type { ResolverEvent } from './resolver-event';

export interface ResolverOptions {
  /** Base addresses of the registries, tried in turn. At least one. */
  readonly registryUrls: readonly string[];
  /** Bearer token with the scope `read`. */
  readonly token?: string;
  /** PEM file of the authority that signed the registry's certificate; read when the resolver is created. */
  readonly caFile?: string;
  /** `*` follows every service there is and will be; otherwise those that are asked for are followed. */
  readonly services?: '*' | readonly string[];
  readonly onEvent?: (event: ResolverEvent) => void;
}

/** Follows services over one stream shared by all callers; what was once known is kept while the registry is away. */
export interface Resolver {
  /** Begins to follow. Resolves at once and never rejects. Calling it again, or after `stop`, does nothing. */
  start(): Promise<void>;
  /** Closes the stream and lets go of every timer; pending `resolve` calls answer with what is known. */
  stop(): Promise<void>;
  /**
   * Calls the listener with the current result before it returns, then with every change, until the returned
   * function is called. The service is followed from then on, for the resolver's life.
   */
  watch(serviceName: string, listener: (result: DiscoveryResult) => void): () => void;
  /**
   * The current result, as soon as there is a snapshot (`resolved`, maybe empty, or `stale`); after `timeoutMs`
   * whatever there is then (`pending`, `failed`). Never rejects.
   */
  resolve(serviceName: string, options: { readonly timeoutMs: number }): Promise<DiscoveryResult>;
  /** What is known now, without waiting. `pending` for a service that nobody asked for. */
  current(serviceName: string): DiscoveryResult;
  /** Names of the followed services; with `*`, of all that were ever listed and are not forgotten. */
  services(): readonly string[];
  /** Every change of every followed service from now on, until the returned function is called. */
  onChange(listener: (serviceName: string, result: DiscoveryResult) => void): () => void;
  /** True once everything asked for has been answered by a registry; stays true when the stream breaks. */
  readonly synced: boolean;
  /** This process life's id among a drain's subscribers. */
  readonly subscriber: string;
}
