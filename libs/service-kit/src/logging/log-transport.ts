import Transport from 'winston-transport';
import type { LogOutput } from './log-output';
import { withoutCredentials } from './printable';

/** Where winston puts the text of an entry when its formats are done. */
const MESSAGE = Symbol.for('message');

/** winston's way to an output; its own writes to a console, where a closed pipe is an uncaught exception. */
export class LogTransport extends Transport {
  constructor(
    private readonly output: LogOutput,
    /** Lines were lost, and the output takes lines again. */
    private readonly onLost: (lines: number) => void,
  ) {
    super();
  }

  override log(info: Readonly<Record<symbol, unknown>>, next: () => void): void {
    const lost = this.output.takeLost();
    // Not from within: the entry that is being written comes first.
    if (lost > 0) setImmediate(this.onLost, lost);
    this.output.write(`${withoutCredentials(String(info[MESSAGE]))}\n`);
    next();
  }
}
