import type { Instance } from '@rollcall/contracts';

/** This gateway's copy of the catalog; it lags the registry by milliseconds. */
export interface CatalogView {
  find(serviceName: string, instanceId: string): Instance | undefined;
  /** Resolves once the condition holds for that instance, or after `timeoutMs`; says which. */
  until(
    serviceName: string,
    instanceId: string,
    condition: (instance: Instance | undefined) => boolean,
    timeoutMs: number,
  ): Promise<boolean>;
}
