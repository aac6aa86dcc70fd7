import { randomUUID } from 'node:crypto';
import type { RegisterRequest } from '@rollcall/contracts';
import { readAccess, type RegistryAccess } from '../registry/registry-access';
import { createRegistryTurn } from '../registry/registry-turn';
import type { ListeningPort } from './advertised-url';
import type { RegistrarOptions } from './registrar';

/** All that a membership needs to know. Plain data, so that it can be handed to a worker thread. */
export interface MembershipPlan {
  readonly registryUrls: readonly string[];
  readonly access: RegistryAccess;
  readonly registration: Omit<RegisterRequest, 'url' | 'status'> & { readonly instance_id: string };
  /** Whether the id was made here, so that nobody else can be living under it. */
  readonly ownsId: boolean;
  readonly advertise: { readonly url: string } | ListeningPort;
  readonly requestTimeoutMs: number;
  /** Wait after a refusal, milliseconds. Lower bothers a registry that said no; higher hides that it was mended. */
  readonly refusedRetryMs: number;
}

const REQUEST_TIMEOUT_MS = 2000;
const REFUSED_RETRY_MS = 30_000;

/** @throws when an option is unusable: known here, and not in another thread a moment later */
export function membershipPlan(options: RegistrarOptions): MembershipPlan {
  const { instance_id: givenId } = options.registration;
  return {
    registryUrls: createRegistryTurn(options.registryUrls, Math.random).urls,
    access: readAccess(options),
    registration: { ...options.registration, instance_id: givenId ?? randomUUID() },
    ownsId: givenId === undefined,
    advertise: options.advertise,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    refusedRetryMs: REFUSED_RETRY_MS,
  };
}
