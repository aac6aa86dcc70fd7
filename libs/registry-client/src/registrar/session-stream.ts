import type { SessionClosed } from '@rollcall/contracts';
import { readEventStream } from '../registry/event-stream';
import type { RegistryHttp } from '../registry/registry-access';
import type { RegistryFailure } from '../registry/registry-failure';
import { readSessionMessage } from '../wire/session-message';

/** How one session ended. */
export interface SessionEnd {
  /** Whether it was opened: then its end says something about the connection, and nothing about the request. */
  readonly opened: boolean;
  readonly failure: RegistryFailure;
  /** The reason that the registry gave, if it closed the session. */
  readonly closed: SessionClosed['reason'] | undefined;
}

interface SessionStreamOptions {
  readonly http: RegistryHttp;
  readonly registryUrl: string;
  readonly instanceId: string;
  readonly epoch: number;
  /** How long the registry may take to open it. */
  readonly openTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onOpened: () => void;
}

/** Ping intervals without a byte after which the registry's host counts as gone. */
const SILENT_PINGS = 3;
/** Whatever ping interval a registry announces: a Node timer of more than 24 days would fire at once. */
const LONGEST_SILENCE_MS = 86_400_000;
/** Its events are a few words long. */
const LONGEST_EVENT = 64 * 1024;

/** Holds one session open until it ends, and says why it ended. Never rejects. */
export async function readSession(options: SessionStreamOptions): Promise<SessionEnd> {
  const { http, registryUrl, instanceId, epoch, openTimeoutMs, signal, onOpened } = options;
  let silenceLimitMs = openTimeoutMs;
  let opened = false;
  let closed: SessionClosed['reason'] | undefined;

  const failure = await readEventStream({
    http,
    url: `${registryUrl}/instances/${encodeURIComponent(instanceId)}/session`,
    query: { epoch },
    signal,
    silenceLimitMs: () => silenceLimitMs,
    longestEvent: LONGEST_EVENT,
    onEvent({ type, data }) {
      const event = readSessionMessage(type, data);
      if (event?.type === 'opened' && !opened) {
        opened = true;
        const silentPingsMs = event.data.ping_interval_seconds * 1000 * SILENT_PINGS;
        silenceLimitMs = Math.min(Math.max(silentPingsMs, openTimeoutMs), LONGEST_SILENCE_MS);
        onOpened();
      }
      if (event?.type !== 'closed') return undefined;
      closed = event.data.reason;
      return { code: 'SESSION_CLOSED', message: `the registry closed the session: ${closed}` };
    },
  });
  return { opened, failure, closed };
}
