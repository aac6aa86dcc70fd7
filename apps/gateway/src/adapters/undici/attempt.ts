import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Attempt, OutgoingRequest, ResponseHead, ResponseReceiver } from '../../ports/transport';
import { outcomeOf } from './attempt-outcome';
import type { Connection } from './connection-pool';

/** Hands one request to a connection, and puts undici's words into the port's. */
export function createAttempt(
  connection: Connection,
  request: OutgoingRequest,
  receiver: ResponseReceiver,
): Attempt {
  const attempt = new UndiciAttempt(connection, receiver);
  const { method, path, headers, body, upgrade, headersTimeoutMs, idleTimeoutMs } = request;
  connection.client.dispatch(
    {
      method,
      path,
      headers,
      body,
      upgrade: upgrade ?? null,
      headersTimeout: headersTimeoutMs,
      bodyTimeout: idleTimeoutMs,
    },
    attempt,
  );
  return attempt;
}

// A class, because one is made for every request.
class UndiciAttempt implements Attempt, Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #aborted = false;
  #socketReused = false;

  constructor(
    readonly connection: Connection,
    readonly receiver: ResponseReceiver,
  ) {}

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort(new DownstreamAborted());
  }

  resume(): void {
    this.#controller?.resume();
  }

  /** Called as the first byte is about to go out; when it is not, nothing was ever sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#socketReused = this.connection.served > 0;
    this.connection.served += 1;
    if (this.#aborted) controller.abort(new DownstreamAborted());
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusText = '',
  ): void {
    const head = { status, statusText, headers: rawFields(controller.rawHeaders) };
    if (status >= 200) this.receiver.response(head);
    else this.receiver.informational(head);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.receiver.data(chunk)) controller.pause();
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    this.receiver.end(rawFields(controller.rawTrailers));
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    socket: Duplex,
  ): void {
    const head: ResponseHead = { status, statusText: '', headers: rawFields(controller.rawHeaders) };
    this.receiver.upgraded(head, socket);
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.receiver.failed({
      outcome: this.#aborted ? 'downstream-aborted' : outcomeOf(error, this.#controller !== undefined),
      error,
      socketReused: this.#socketReused,
    });
  }
}

class DownstreamAborted extends Error {
  override readonly name = 'DownstreamAborted';
  constructor() {
    super('the caller went away');
  }
}

/** Undici hands out raw bytes; field values are Latin-1 on the wire (RFC 9110 §5.5). */
function rawFields(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((part: Buffer | string) => (typeof part === 'string' ? part : part.toString('latin1')));
}
