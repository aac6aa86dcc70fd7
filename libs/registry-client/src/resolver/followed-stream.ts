import type { WatchEvent, WatchHello } from '@rollcall/contracts';
import type { RegistryFailure } from '../registry/registry-failure';
import type { Acknowledgements, AcknowledgedStream } from './acknowledgements';
import type { CatalogView } from './catalog-view';
import type { ResolverEvent } from './resolver-event';
import type { WatchPosition } from './watch-position';
import { readWatch, type WatchStreamOptions } from './watch-stream';

/** How one stream ended. */
export type StreamEnd =
  /** Refused, broken, or ended for what it told. */
  | { readonly kind: 'failed'; readonly failure: RegistryFailure; readonly wasGood: boolean }
  /** What it tells is older than what another registry may tell. */
  | { readonly kind: 'not_taken'; readonly failure: RegistryFailure }
  /** It was stale, and was read for a while. */
  | { readonly kind: 'left' };

export interface FollowedStreamOptions
  extends Pick<
    WatchStreamOptions,
    'http' | 'registryUrl' | 'services' | 'byAddress' | 'subscriber' | 'as' | 'lastEventId' | 'signal'
  > {
  /** Limit until its first event, milliseconds. */
  readonly openLimitMs: number;
  /** Limit between two events, pings included. */
  readonly silenceLimitMs: number;
  readonly view: CatalogView;
  readonly position: WatchPosition;
  readonly acknowledgements: Acknowledgements;
  /** What the stream will tell is old. @returns whether to read it all the same */
  readonly onOld: () => 'take' | 'next';
  /** A stale stream is read for so long, milliseconds. */
  readonly staleForMs: number;
  readonly onOpened: (stream: AcknowledgedStream, listed: ReadonlySet<string>) => void;
  /** See `WatchLoopOptions`. */
  readonly onChanged: (services: readonly string[]) => void;
  readonly emit: (event: ResolverEvent) => void;
}

/** A stream that stood this long was a good one; before that, a registry that keeps ending them is failing. */
const GOOD_STREAM_MS = 2000;

/** Reads one stream to its end and brings the view up to date with it. */
export async function followStream(options: FollowedStreamOptions): Promise<StreamEnd> {
  const { registryUrl, services, view, position, acknowledgements, onOpened, onChanged, emit } = options;
  const ending = new AbortController();
  /** What it was ended for from here. */
  let end: StreamEnd | undefined;
  let leaving: NodeJS.Timeout | undefined;
  let isStale = false;
  let syncedAt: number | undefined;
  let hasBegun = false;
  // Until a stream that begins anew is in sync there is nothing to resume from.
  let resumable = false;
  const listed = new Set(services === '*' ? [] : services);
  /** Added, and not in sync yet. */
  let arriving: string[] = [];

  function endFor(reason: StreamEnd): void {
    end ??= reason;
    ending.abort();
  }

  /** @returns whether the stream is to be read */
  function admits(hello: WatchHello): boolean {
    isStale = hello.stale_since !== undefined;
    const old = isStale || position.isAheadOf(hello);
    if (old && options.onOld() === 'next') {
      endFor({ kind: 'not_taken', failure: whyNotTaken(registryUrl, hello) });
      return false;
    }
    if (isStale) leaving = setTimeout(() => endFor({ kind: 'left' }), options.staleForMs).unref();
    return true;
  }

  function onEvent(event: WatchEvent, id: string | undefined): void {
    const now = performance.now();
    hasBegun = true;
    if (event.type === 'hello' && !admits(event.data)) return;
    const update = view.apply(event, now);
    if (update.kind === 'gap') {
      position.forget();
      return endFor({ kind: 'failed', failure: update.failure, wasGood: wasGood() });
    }
    if (event.type === 'hello') {
      position.begins(event.data);
      resumable = event.data.resumed;
      const { catalog_id: catalogId, revision, warming, stream_secret: secret } = event.data;
      acknowledgements.opened({ registryUrl, secret });
      onOpened({ registryUrl, secret }, listed);
      emit({ type: 'connected', registryUrl, catalogId, revision, warming });
    }
    if (event.type === 'snapshot' && syncedAt !== undefined) arriving.push(event.data.service_name);
    if (event.type === 'synced') {
      resumable = true;
      for (const name of arriving) listed.add(name);
      arriving = [];
    }
    const reaches = event.type === 'synced' || event.type === 'delta';
    if (reaches && resumable && id !== undefined) position.reached(id, event.data.revision, listed);
    onChanged(update.services);
    if (reaches) {
      acknowledgements.applied(event.data.revision);
      if (event.data.ack === true) acknowledgements.acknowledge(event.data.revision);
    }
    if (event.type === 'synced') {
      syncedAt ??= now;
      emit({ type: 'synced', registryUrl, revision: event.data.revision });
    }
  }

  /** A stale one does not count: the registry has not recovered. */
  function wasGood(): boolean {
    return !isStale && syncedAt !== undefined && performance.now() - syncedAt >= GOOD_STREAM_MS;
  }

  const failure = await readWatch({
    ...options,
    silenceLimitMs: () => (hasBegun ? options.silenceLimitMs : options.openLimitMs),
    signal: AbortSignal.any([options.signal, ending.signal]),
    onMalformed: (what) => emit({ type: 'malformed', registryUrl, what }),
    onEvent,
  });
  clearTimeout(leaving);
  return end ?? { kind: 'failed', failure, wasGood: wasGood() };
}

function whyNotTaken(registryUrl: string, { stale_since: since }: WatchHello): RegistryFailure {
  const next = 'looking for another one';
  return since === undefined
    ? {
        code: 'REGISTRY_BEHIND',
        message: `the registry at ${registryUrl} has not seen yet what is known here; ${next}`,
      }
    : { code: 'REGISTRY_DETACHED', message: `the registry at ${registryUrl} has lost its store; ${next}` };
}
