import { NO_CIDRS } from '@rollcall/address-guard';
import { eventually } from '@rollcall/testing';
import { headerListOf, type HeaderList } from '../../src/headers/header-list';
import { createAcceptRequest } from '../../src/http/accept-request';
import type { BodyReader, Caller } from '../../src/ports/caller';
import type { CallerAdapter, Peer, PeerExchange, PeerRequest, RunningAdapter } from './caller-adapter';

/** A running adapter, and both ends of what is asked of it. */
export interface CallerRig {
  readonly adapter: CallerAdapter;
  connect(): Peer;
  /** A request over `peer`, or over a connection of its own, as soon as the adapter serves it. */
  ask(request?: PeerRequest, peer?: Peer): Promise<{ caller: Caller; peer: PeerExchange }>;
  /** Ends every connection. @returns how the answers to all requests so far have ended */
  finish(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export async function startCallerRig(adapter: CallerAdapter): Promise<CallerRig> {
  const waiting: Caller[] = [];
  const served: Caller[] = [];
  const peers: Peer[] = [];
  const accept = createAcceptRequest({
    trusted: NO_CIDRS,
    trustedGateways: NO_CIDRS,
    scheme: adapter.scheme,
    sample: undefined,
    pseudonym: 'rollcall-spec',
  });
  const running: RunningAdapter = await adapter.start({
    accept,
    async serve(caller) {
      waiting.push(caller);
      served.push(caller);
      await caller.whenClosed();
    },
  });
  const connect = (): Peer => {
    const peer = running.connect();
    peers.push(peer);
    return peer;
  };

  return {
    adapter,
    connect,
    async ask(request = {}, peer = connect()) {
      const exchange = peer.request(request);
      return { caller: await eventually(() => waiting.shift()), peer: exchange };
    },
    finish() {
      for (const peer of peers.splice(0)) peer.close();
      return Promise.all(served.splice(0).map((caller) => caller.whenClosed()));
    },
    stop: () => running.stop(),
  };
}

/** What a reader of a request's body was told. */
export interface ReadBody extends BodyReader {
  readonly bytes: Buffer;
  readonly calls: readonly string[];
  readonly trailers: readonly string[];
}

/** @param onData called with each chunk */
export function readBody(onData: () => void = () => undefined): ReadBody {
  const chunks: Buffer[] = [];
  const calls: string[] = [];
  let came: readonly string[] = [];
  return {
    get bytes() {
      return Buffer.concat(chunks);
    },
    calls,
    get trailers() {
      return came;
    },
    data(chunk) {
      // A copy: its memory may be used again.
      chunks.push(Buffer.from(chunk));
      onData();
    },
    end(trailers) {
      calls.push('end');
      came = trailers;
    },
    gone: () => void calls.push('gone'),
  };
}

export function fieldsOf(...fields: readonly string[]): HeaderList {
  return headerListOf(fields);
}

/** Which chunks' memory has been given back, 1 or 0 each; a later call for the same one does nothing. */
export function createReleases() {
  const given: number[] = [];
  return {
    given,
    next(): () => void {
      const index = given.push(0) - 1;
      return () => {
        given[index] = 1;
      };
    },
    get all(): boolean {
      return given.every((count) => count === 1);
    },
  };
}

/** Bytes that differ from place to place. */
export function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 0xff;
  return bytes;
}
