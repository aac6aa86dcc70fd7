import { createFileWatchLoop, createSettling, type LookReason } from '../files/file-watch-loop';
import type { Logger } from '../logging/logger';
import { AppError } from '../errors/app-error';
import { readAuthorityFile, type AuthorityReading } from './authority-file';

/** What became of a file of authorities that was replaced. */
export type AuthorityEvent =
  | { readonly type: 'loaded' }
  /** The authorities before stay in force. */
  | { readonly type: 'refused'; readonly fault: string };

/** Authorities that peers are verified against, followed while their file is renewed. */
export interface AuthorityLoop {
  /** PEM text of those in force. For each new connection anew. */
  current(): string;
  start(): void;
  /** Idempotent. */
  stop(): void;
}

export interface AuthorityLoopOptions {
  readonly file: string;
  /** The setting that names the file, for messages. */
  readonly setting: string;
  readonly onEvent: (event: AuthorityEvent) => void;
  /** Milliseconds; default 5000, as for a server's certificate. Bounds as in `FileWatchLoopOptions`. */
  readonly everyMs?: number;
  readonly settleMs?: number;
}

/**
 * Follows a file of authorities. A bad one changes nothing, and is told of once. A new content has to stand for a
 * moment: a bundle that is being written is, certificate by certificate, a good one that trusts fewer.
 *
 * @throws AppError `TLS_REFUSED` when the file is of no use from the start
 */
export function createAuthorityLoop(options: AuthorityLoopOptions): AuthorityLoop {
  const { file, setting, onEvent, everyMs = 5000, settleMs } = options;
  const settling = createSettling();
  const first = readAuthorityFile(file);
  if ('fault' in first) throw unusable(faultOf(first.fault));
  let current = first.ca;
  settling.judged(contentOf(first));
  let isRefused = false;
  const loop = createFileWatchLoop({ look, everyMs, ...(settleMs === undefined ? {} : { settleMs }) });

  return { current: () => current, start: () => loop.start(), stop: () => void loop.stop() };

  function look(reason: LookReason): 'later' | 'soon' {
    const reading = readAuthorityFile(file);
    const content = contentOf(reading);
    const state = settling.see(content);
    if (reason === 'timer' && state === 'unsettled') return 'soon';
    if (reason === 'sighup' || state === 'settled') judge(reading);
    return 'later';
  }

  function judge(reading: AuthorityReading): void {
    settling.judged(contentOf(reading));
    if ('fault' in reading) {
      isRefused = true;
      return onEvent({ type: 'refused', fault: faultOf(reading.fault) });
    }
    if (reading.ca === current && !isRefused) return;
    current = reading.ca;
    isRefused = false;
    onEvent({ type: 'loaded' });
  }

  function faultOf(fault: string): string {
    return `${setting}: ${file} ${fault}`;
  }
}

/** An authority loop with its log lines. */
export function followAuthority(
  setting: string,
  file: string,
  { logger, everyMs }: { readonly logger: Logger; readonly everyMs?: number },
): AuthorityLoop {
  return createAuthorityLoop({
    setting,
    file,
    ...(everyMs === undefined ? {} : { everyMs }),
    onEvent: (event) => logAuthorityEvent(logger, { setting, file }, event),
  });
}

export function logAuthorityEvent(
  logger: Logger,
  { setting, file }: { readonly setting: string; readonly file: string },
  event: AuthorityEvent,
): void {
  if (event.type === 'loaded')
    logger.info(`${setting} has changed: new connections are verified against ${file} as it is now`, {
      event: 'tls_authority_loaded',
      setting,
      file,
    });
  else
    logger.error('the new authorities cannot be used; those before stay in force', {
      event: 'tls_authority_refused',
      setting,
      fault: event.fault,
    });
}

/** The same for the same content, and for the same fault. */
function contentOf(reading: AuthorityReading): string {
  return 'ca' in reading ? `ca ${reading.ca}` : `fault ${reading.fault}`;
}

function unusable(fault: string): AppError {
  return new AppError({ code: 'TLS_REFUSED', status: 500, message: `no peer can be verified: ${fault}` });
}
