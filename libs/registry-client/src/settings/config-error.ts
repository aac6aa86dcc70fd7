import type { Fault } from '@rollcall/contracts';

/** Settings that cannot be used. `faults` names each variable and what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly Fault[]) {
    const messages = faults.map(({ message }) => message);
    super(
      messages.length === 1
        ? `Bad configuration: ${messages.join()}`
        : `Bad configuration:\n${messages.map((message) => `  ${message}`).join('\n')}`,
    );
  }
}
