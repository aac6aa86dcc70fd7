import type { ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import { fieldName } from '../../headers/field-name';
import { isFieldValue } from '../../headers/field-value';
import type { BodySink, OutgoingBody } from '../../ports/transport';
import type { RequestFields } from './request-fields';

export interface RequestStreamEvents {
  /** The instance has made room, or has none any more. */
  readonly onProgress: () => void;
  /** All of it has gone out. */
  readonly onSent: () => void;
  /** The body is not as long as announced, or has malformed trailers. */
  readonly onMismatch: () => void;
}

/** The body of one request, sent on a stream at the pace that its instance allows (RFC 9113 §5.2). */
export class RequestStream implements BodySink {
  #isOpen = true;
  #length = 0;
  /** All of it has gone out. */
  isSent = false;
  /** The instance takes no more at present. */
  isStuck = false;

  constructor(
    readonly stream: ClientHttp2Stream,
    readonly body: OutgoingBody,
    readonly fields: RequestFields,
    readonly events: RequestStreamEvents,
  ) {}

  start(): void {
    this.stream.on('drain', this.#onDrain).once('finish', this.#onFinish);
    this.body.start(this);
  }

  data(chunk: Buffer): boolean {
    if (!this.#isOpen) return false;
    if (chunk.length === 0) return true;
    this.#length += chunk.length;
    if (this.#length > (this.fields.length ?? Infinity)) {
      this.#mismatch();
      return false;
    }
    this.isStuck = !this.stream.write(chunk);
    this.events.onProgress();
    return !this.isStuck;
  }

  end(given: readonly string[]): void {
    if (!this.#isOpen) return;
    const trailers = trailerFields(given);
    if (trailers === undefined || this.#length !== (this.fields.length ?? this.#length))
      return this.#mismatch();
    this.#isOpen = false;
    const { stream, fields } = this;
    if (fields.mayHaveTrailers) stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    this.isStuck = true;
    stream.end();
    this.events.onProgress();
  }

  /** The rest is not sent. */
  stop(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.body.stop();
  }

  #mismatch(): void {
    this.stop();
    this.events.onMismatch();
  }

  readonly #onDrain = (): void => {
    if (!this.#isOpen) return;
    this.isStuck = false;
    this.events.onProgress();
    this.body.resume();
  };

  readonly #onFinish = (): void => {
    this.isStuck = false;
    this.isSent = true;
    this.events.onSent();
  };
}

/** @returns `undefined` when one of them is malformed */
function trailerFields(trailers: readonly string[]): OutgoingHttpHeaders | undefined {
  const fields = Object.create(null) as OutgoingHttpHeaders;
  for (let place = 0; place + 1 < trailers.length; place += 2) {
    const name = fieldName(trailers[place] ?? '');
    const value = trailers[place + 1] ?? '';
    if (name === undefined || !isFieldValue(value)) return undefined;
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat().map(String);
  }
  return fields;
}
