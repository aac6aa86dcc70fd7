/** How much of a bounded resource is taken. */
export interface BoundUse {
  readonly used: number;
  readonly limit: number;
}

/** Answer of `GET /registry`: what this registry process is, and how it is doing. Times are epoch seconds. */
export interface RegistryResponse {
  readonly version: string;
  /** The version of Node that it runs on. */
  readonly node: string;
  readonly started_at: number;
  readonly uptime_seconds: number;
  readonly catalog_id: string;
  readonly revision: number;
  /** The catalog has begun a moment ago: instances may be running that it does not list. */
  readonly warming: boolean;
  /** What an instance gets that asks for nothing else. */
  readonly lease: { readonly ttl_seconds: number; readonly heartbeat_interval_seconds: number };
  /** By the name of the setting (`MAX_INSTANCES`); in small letters those that are fixed. */
  readonly bounds: Readonly<Record<string, BoundUse>>;
  readonly store: RegistryStoreState;
  /** Absent where the registry has its store to itself. */
  readonly replica?: RegistryReplica;
  /** Instances with an open session. */
  readonly sessions: number;
  readonly watchers: RegistryWatchers;
  /** Services with instances that the mass-expiry guard holds. */
  readonly guards: readonly RegistryGuard[];
}

/** The replica that answers, among those that share its store. */
export interface RegistryReplica {
  readonly id: string;
  /** Whether it is the one that ends leases, probes and holds. */
  readonly leader: boolean;
  /** Since when it has lost the store, epoch milliseconds; `null` while it has not. */
  readonly stale_since: number | null;
  /** Those that it knows to be there. */
  readonly others: readonly { readonly id: string; readonly url: string; readonly version: string }[];
}

export interface RegistryStoreState {
  /** `memory`: a restart begins with an empty catalog. */
  readonly kind: 'memory' | 'journal' | 'etcd';
  /** `false` while the disk refuses changes. */
  readonly writable: boolean;
  /** What a start would read of changes; 0 in memory. */
  readonly journal_bytes: number;
  readonly snapshot_bytes: number;
  /** The next snapshot is taken when the journals have grown to so many bytes. */
  readonly snapshot_due_bytes: number;
}

export interface RegistryWatchers {
  readonly open: number;
  /** Those that have not been sent everything yet: they read slowly, or have just come. */
  readonly behind: number;
  /** Whom drains wait for. */
  readonly subscribers: number;
  readonly waiting_bytes: number;
  /** Since the start. */
  readonly cut_off: number;
  /** The latest change of this process's time; `null` before the first. */
  readonly last_change: RegistryLastChange | null;
}

export interface RegistryLastChange {
  readonly revision: number;
  readonly at: number;
  /** Milliseconds from the decision until it was stored and written to the last watcher that is not behind. */
  readonly took_ms: number;
}

export interface RegistryGuard {
  readonly service_name: string;
  readonly since: number;
  readonly until: number;
  readonly held: number;
}
