import { EPOCH_OF_LATEST, SECRET_OF_LATEST } from './registry-operations';

/** What a caller knows from earlier answers: without it no session would open, and no acknowledgement be believed. */
export interface Remembered {
  /** Looks through an answer, or through the beginning of a stream. */
  hear(text: string): void;
  /** A path or body with what was heard of last put in where it belongs. */
  recall(text: string): string;
}

export function createRemembered(): Remembered {
  const epochs = new Map<string, string>();
  let lastEpoch = '1';
  let lastSecret = 'none-yet';

  return {
    hear(text) {
      const secret = /"stream_secret":"([^"]+)"/.exec(text)?.[1];
      if (secret !== undefined) lastSecret = secret;
      for (const [, id = '', epoch = ''] of text.matchAll(/"instance_id":"([^"]+)"[^{}]*?"epoch":(\d+)/g)) {
        epochs.set(id, epoch);
        lastEpoch = epoch;
      }
    },
    recall(text) {
      const id = /i-\w+-\d+/.exec(text)?.[0] ?? '';
      const epoch = epochs.get(id) ?? lastEpoch;
      return text
        .replaceAll(`"${EPOCH_OF_LATEST}"`, epoch)
        .replaceAll(EPOCH_OF_LATEST, epoch)
        .replaceAll(SECRET_OF_LATEST, lastSecret);
    },
  };
}
