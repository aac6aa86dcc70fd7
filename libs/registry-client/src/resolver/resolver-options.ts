import type { TlsFileOptions } from '../registry/tls-files';
import type { ResolverEvent } from './resolver-event';

export interface ResolverOptions extends TlsFileOptions {
  /** Base addresses of the registries, replicas of one catalog. At least one. */
  readonly registryUrls: readonly string[];
  /** Bearer token with the scope `read`. */
  readonly token?: string;
  /** `*` follows every service there is and will be; otherwise those that are asked for are followed. */
  readonly services?: '*' | readonly string[];
  /**
   * Milliseconds of silence after which a stream counts as dead, default 40000. Lower than the registry's ping
   * interval (15 s) cuts good streams; higher notices later that the registry's host has vanished.
   */
  readonly silenceLimitMs?: number;
  /**
   * File that keeps what is known, so that a process which starts while no registry answers knows what the last one
   * knew: `stale` from the start, until a registry has answered. Written a second after a change, or later where writing
   * takes long, in pieces that do not hold up the process; renamed into place, at most 32 MB; one that cannot be read is ignored and reported. Its folder is made. One file a process.
   */
  readonly cacheFile?: string;
  /**
   * The `instance_id` under which this process is registered, or will be: a drain that waits for its acknowledgement then
   * names it. See `ownInstanceId` of the registrar.
   */
  readonly as?: string;
  /** The file is read at the start and never written: another process keeps it. Default false. */
  readonly cacheReadOnly?: boolean;
  readonly onEvent?: (event: ResolverEvent) => void;
}
