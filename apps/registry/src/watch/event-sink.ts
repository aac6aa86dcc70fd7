/** Where a stream's text goes. Keeps only what it has not been able to send yet. */
export interface EventSink {
  /** Answers `false` when the reader does not keep up: write no more until `onDrain`. */
  write(text: string): boolean;
  /** Bytes written and not sent yet. */
  readonly waiting: number;
  onDrain(listener: () => void): void;
  /** The reader has gone, or the stream was ended or cut. Called once. */
  onClose(listener: () => void): void;
  /** Ends the stream in order. */
  end(): void;
  /** Cuts the connection and drops what has not been sent. */
  cut(): void;
}
