import type { Instance } from '@rollcall/contracts';

/** What this gateway knows of the catalog at the moment; follows the registry by milliseconds. */
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
