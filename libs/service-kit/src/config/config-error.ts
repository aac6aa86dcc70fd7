import type { Fault } from '@rollcall/contracts';

/** A configuration that cannot be used. `faults` names each variable and what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly faults: readonly Fault[],
    options?: ErrorOptions,
  ) {
    super(`Bad configuration:\n${faults.map((fault) => `  ${fault.message}`).join('\n')}`, options);
  }
}
