import { AppError } from '../errors/app-error';
import { createFileWatchLoop, type LookReason, type NextLook } from '../files/file-watch-loop';
import type { KeyPair } from './key-pair';
import type { KeyPairFileReading } from './key-pair-files';

/** What became of a certificate. */
export type KeyPairEvent =
  | { readonly type: 'loaded'; readonly pair: KeyPair }
  /** What was served before is served on. */
  | { readonly type: 'refused'; readonly faults: readonly string[] }
  /** Told once a certificate, also when it was too old from the start. */
  | { readonly type: 'expired'; readonly pair: KeyPair };

export interface KeyPairLoop {
  /** @throws AppError `TLS_REFUSED`: there would be nothing to serve with */
  start(): void;
  /** Idempotent. */
  stop(): void;
}

export interface KeyPairLoopOptions {
  readonly read: () => KeyPairFileReading;
  /** Has new connections served with it; called for each pair that is another than the one before. */
  readonly serve: (pair: KeyPair) => void;
  readonly onEvent: (event: KeyPairEvent) => void;
  /** Milliseconds. Too low reads the disk for nothing; too high serves an old certificate that much longer. Default 5000. */
  readonly everyMs?: number;
}

/** Follows a certificate that is renewed. A bad reading changes nothing. SIGHUP has it read at once. */
export function createKeyPairLoop({ read, serve, onEvent, everyMs = 5000 }: KeyPairLoopOptions): KeyPairLoop {
  let served: KeyPair | undefined;
  let suspected = '';
  let said = '';
  let saidExpired = false;
  const loop = createFileWatchLoop({ look, everyMs });

  return {
    start() {
      const reading = read();
      if ('faults' in reading) throw unusable(reading.faults.map(({ message }) => message));
      accept(reading.pair);
      loop.start();
    },
    stop: () => void loop.stop(),
  };

  function look(reason: LookReason): NextLook {
    const patient = reason === 'timer';
    if (!patient) said = '';
    const reading = read();
    if ('faults' in reading)
      complain(
        reading.faults.map(({ message }) => message),
        patient,
      );
    else if (said !== '' || reading.pair.cert !== served?.cert || reading.pair.key !== served.key)
      accept(reading.pair);
    else suspected = '';
    tellOfExpiry();
    return 'later';
  }

  function accept(pair: KeyPair): void {
    served = pair;
    suspected = said = '';
    saidExpired = false;
    serve(pair);
    onEvent({ type: 'loaded', pair });
    tellOfExpiry();
  }

  /** Two files cannot be replaced at once: a mismatch is reported only if it is still there at the next look. */
  function complain(faults: readonly string[], patient: boolean): void {
    const saying = faults.join('; ');
    const settled = !patient || saying === suspected;
    suspected = saying;
    if (!settled || saying === said) return;
    said = saying;
    onEvent({ type: 'refused', faults });
  }

  function tellOfExpiry(): void {
    if (served === undefined || saidExpired || served.expiresAt > Date.now()) return;
    saidExpired = true;
    onEvent({ type: 'expired', pair: served });
  }
}

function unusable(faults: readonly string[]): AppError {
  return new AppError({
    code: 'TLS_REFUSED',
    status: 500,
    message: `TLS cannot be served: ${faults.join('; ')}`,
  });
}
