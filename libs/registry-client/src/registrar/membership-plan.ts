import { randomUUID } from 'node:crypto';
import type { RegisterRequest } from '@rollcall/contracts';
import { readAccess, type RegistryAccess } from '../registry/registry-access';
import { registryAddresses } from '../registry/registry-addresses';
import type { TlsFileOptions } from '../registry/tls-files';
import type { ListeningPort } from './own-address';

/** The options of a registrar that say what to register, and where. */
export interface MembershipOptions extends TlsFileOptions {
  /** Base addresses of the registries, replicas of one catalog, e.g. `['http://127.0.0.1:8080']`. At least one. */
  readonly registryUrls: readonly string[];
  /** Bearer token with the scope `write:<service_name>`. */
  readonly token?: string;
  /** What is announced. `instance_id` is a fresh UUID unless given; give one only if it is unique to this process. */
  readonly registration: Omit<RegisterRequest, 'url' | 'status'>;
  /**
   * A fresh UUID of this process, made by the caller, who needs it before the registrar is there: for `as` of a resolver.
   * Unlike a `registration.instance_id`, which stands before it, it is taken for unique to this process.
   */
  readonly ownInstanceId?: string;
  /**
   * This process's own address, or the port it listens on; with a port the host is the local address of the
   * socket that reached the registry, which is right in containers without any setting.
   */
  readonly advertise: { readonly url: string } | ListeningPort;
  /** Limit of one call to a registry, milliseconds, default 2000. */
  readonly requestTimeoutMs?: number;
}

/** The validated options of a membership. Plain data, so that it can be handed to a worker thread. */
export interface MembershipPlan {
  readonly registryUrls: readonly string[];
  readonly access: RegistryAccess;
  readonly registration: Omit<RegisterRequest, 'url' | 'status'> & { readonly instance_id: string };
  /** Whether the id was made here, so that no other process can be registered under it. */
  readonly ownsId: boolean;
  readonly advertise: { readonly url: string } | ListeningPort;
  readonly requestTimeoutMs: number;
  /** Wait after a refusal, milliseconds. Lower repeats it for nothing; higher delays the registration once it is mended. */
  readonly refusedRetryMs: number;
}

const REQUEST_TIMEOUT_MS = 2000;
const REFUSED_RETRY_MS = 30_000;

/** @throws when an option is unusable: known here, and not in another thread a moment later */
export function membershipPlan(options: MembershipOptions): MembershipPlan {
  const { instance_id: givenId } = options.registration;
  return {
    registryUrls: registryAddresses(options.registryUrls),
    access: readAccess(options),
    registration: { ...options.registration, instance_id: givenId ?? options.ownInstanceId ?? randomUUID() },
    ownsId: givenId === undefined,
    advertise: options.advertise,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    refusedRetryMs: REFUSED_RETRY_MS,
  };
}
