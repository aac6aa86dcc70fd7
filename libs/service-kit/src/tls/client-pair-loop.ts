import type { Logger } from '../logging/logger';
import type { KeyPairTexts } from './key-pair';
import { readKeyPairFiles, type KeyPairFiles } from './key-pair-files';
import { createKeyPairLoop } from './key-pair-loop';
import { logKeyPairEvent } from './key-pair-log';

/** A certificate that is shown to servers that ask for one, followed while it is renewed. */
export interface ClientPairLoop {
  /** The pair in force; for each new connection anew. */
  current(): KeyPairTexts | undefined;
  /** @throws AppError `TLS_REFUSED` when the files are of no use */
  start(): void;
  /** Idempotent. */
  stop(): void;
}

/** @param files.settings the settings that name the files */
export function followClientPair(
  files: KeyPairFiles,
  { logger, everyMs }: { readonly logger: Logger; readonly everyMs?: number },
): ClientPairLoop {
  let current: KeyPairTexts | undefined;
  const loop = createKeyPairLoop({
    read: () => readKeyPairFiles(files),
    serve({ cert, key }) {
      current = { cert, key };
    },
    onEvent: (event) => logKeyPairEvent(logger, files, event),
    ...(everyMs === undefined ? {} : { everyMs }),
  });
  return { current: () => current, start: () => loop.start(), stop: () => loop.stop() };
}
