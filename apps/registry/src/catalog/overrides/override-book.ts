import type { InstanceRecord } from '../instance/instance-record';
import { hasEnded, withOverride, overrideFor, type KeptOverride } from './kept-override';

/**
 * The overrides in force, by service. They outlive the instances that they are about: otherwise one would be back in
 * traffic by deregistering and registering again.
 */
export interface OverrideBook {
  of(serviceName: string): readonly KeptOverride[];
  /** Services with an override for that id, whether or not they have an instance of it. */
  servicesNaming(instanceId: string): readonly string[];
  /** Services with an override whose end has come by then, epoch milliseconds. */
  servicesWithEnded(at: number): readonly string[];
  /** All of a service's, in place of those before. */
  replace(serviceName: string, overrides: readonly KeptOverride[]): void;
  /** Those that a store has kept, and those that only the records say: older files have no others. */
  restore(serviceName: string, overrides: readonly KeptOverride[], records: readonly InstanceRecord[]): void;
}

export function createOverrideBook(): OverrideBook {
  const byService = new Map<string, readonly KeptOverride[]>();

  function replace(serviceName: string, overrides: readonly KeptOverride[]): void {
    if (overrides.length === 0) byService.delete(serviceName);
    else byService.set(serviceName, overrides);
  }

  return {
    of: (serviceName) => byService.get(serviceName) ?? NONE,
    servicesNaming: (instanceId) =>
      Array.from(byService).flatMap(([serviceName, overrides]) =>
        overrides.some(({ instanceIds }) => instanceIds.includes(instanceId)) ? serviceName : [],
      ),
    servicesWithEnded: (at) =>
      Array.from(byService).flatMap(([serviceName, overrides]) =>
        overrides.some((kept) => hasEnded(kept, at)) ? serviceName : [],
      ),
    replace,
    restore(serviceName, overrides, records) {
      let all = overrides;
      for (const { instanceId, registration, standing, registeredAt } of records) {
        const who = { instanceId, url: registration.url };
        if (standing.override !== undefined && overrideFor(all, who) === undefined)
          all = withOverride(all, who, { override: standing.override, by: 'registry', at: registeredAt });
      }
      replace(serviceName, all);
    },
  };
}

const NONE: readonly KeptOverride[] = [];
