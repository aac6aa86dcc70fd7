import type { InstanceReference, RegisterRequest } from '@rollcall/contracts';

/**
 * The registry as the legacy API uses it, on behalf of the caller. Both throw an AppError: the registry's own
 * refusal with its status and code, or 503 `REGISTRY_UNAVAILABLE` when no registry is reachable.
 */
export interface Registry {
  /** @param authorization the caller's own field, passed on as it is; this gateway's token is never lent */
  register(request: RegisterRequest, authorization: string | undefined): Promise<void>;
  /** Also answers when there was nothing to deregister. */
  deregister(instance: InstanceReference, authorization: string | undefined): Promise<void>;
}
