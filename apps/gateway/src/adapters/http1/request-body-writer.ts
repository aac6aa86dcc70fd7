import type { BodySink, OutgoingBody } from '../../ports/transport';
import { formatFieldLines } from './field-lines';
import type { BodyFraming } from './request-head';

export interface RequestOutput {
  /** Writes them one behind the other; the texts may be empty. @returns false to ask for a pause */
  write(before: string, chunk: Buffer, after: string): boolean;
}

export interface RequestBodyWriterOptions {
  readonly output: RequestOutput;
  readonly body: OutgoingBody;
  readonly framing: BodyFraming;
  /** Some of it has been handed on. @param waiting the connection asks for a pause */
  readonly onProgress: (waiting: boolean) => void;
  /** @param bytes of all of it */
  readonly onSent: (bytes: number) => void;
  /** The body is not as long as announced, or has malformed trailers: what goes on now would be read as another request. */
  readonly onMismatch: () => void;
}

const LAST_CHUNK = '0\r\n\r\n';
const NOTHING = Buffer.alloc(0);

/** A writer of one request's body, at the pace of the connection. */
export class RequestBodyWriter implements BodySink {
  #open = true;
  #length = 0;

  constructor(readonly options: RequestBodyWriterOptions) {}

  start(): void {
    this.options.body.start(this);
  }

  data(chunk: Buffer): boolean {
    if (!this.#open) return false;
    const { framing, output, onProgress } = this.options;
    // A chunk of length 0 would end the body.
    if (chunk.length === 0) return true;
    this.#length += chunk.length;
    if (framing.kind === 'length' && this.#length > framing.length) {
      this.#mismatch();
      return false;
    }
    const more =
      framing.kind === 'chunked'
        ? output.write(`${chunk.length.toString(16)}\r\n`, chunk, '\r\n')
        : output.write('', chunk, '');
    onProgress(!more);
    return more;
  }

  end(trailers: readonly string[]): void {
    if (!this.#open) return;
    const { framing, output, onSent } = this.options;
    if (framing.kind === 'length' && this.#length !== framing.length) return this.#mismatch();
    if (framing.kind === 'chunked') {
      const lines = trailers.length === 0 ? '' : formatFieldLines(trailers);
      if (lines === undefined) return this.#mismatch();
      output.write(lines === '' ? LAST_CHUNK : `0\r\n${lines}\r\n`, NOTHING, '');
    }
    this.#open = false;
    onSent(this.#length);
  }

  /** The connection can take more. */
  resume(): void {
    if (this.#open) this.options.body.resume();
  }

  /** The rest is not sent. */
  stop(): void {
    if (!this.#open) return;
    this.#open = false;
    this.options.body.stop();
  }

  #mismatch(): void {
    this.stop();
    this.options.onMismatch();
  }
}
