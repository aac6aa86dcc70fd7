import type { ExitCode } from './exit-codes';

/** Why a command cannot do what it was asked for: the fault, and how to mend it. */
export class CliFault extends Error {
  override readonly name = 'CliFault';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    /** What is to be done about it. */
    readonly mend?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
