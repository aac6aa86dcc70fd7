import type { Fault } from '@rollcall/contracts';

/** A configuration that cannot be used. `faults` names each variable and what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly faults: readonly Fault[],
    options?: ErrorOptions,
  ) {
    const [first, ...more] = faults.map(({ message }) => message);
    super(
      more.length === 0
        ? `Bad configuration: ${first ?? ''}`
        : `Bad configuration:\n${[first, ...more].map((message) => `  ${message}`).join('\n')}`,
      options,
    );
  }
}
