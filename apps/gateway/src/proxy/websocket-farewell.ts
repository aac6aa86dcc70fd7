import { Transform } from 'node:stream';
import { createFrameTracker } from './websocket-frames';

/** What an instance sends over a WebSocket, with a goodbye of the gateway's own put in when it is time. */
export interface WebSocketFarewell {
  readonly stream: Transform;
  /** Puts a Close frame in where the next frame ends, and lets nothing through after it; unless the instance was first. */
  say(): void;
}

const GOING_AWAY = 1001;

/** Unmasked and whole (RFC 6455 §5.5.1). A control frame may stand between the fragments of a message (§5.4). */
const CLOSE_FRAME = closeFrame(GOING_AWAY, 'the gateway is stopping');

export function createWebSocketFarewell(): WebSocketFarewell {
  const tracker = createFrameTracker();
  let phase: 'passing' | 'leaving' | 'gone' = 'passing';

  function leave(): void {
    phase = 'gone';
    stream.push(CLOSE_FRAME);
  }

  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (phase === 'gone') return done();
      let offset = 0;
      while (offset < chunk.length) {
        offset = tracker.advance(chunk, offset);
        if (phase === 'leaving' && tracker.atBoundary && !tracker.sealed) {
          stream.push(chunk.subarray(0, offset));
          leave();
          return done();
        }
      }
      done(null, chunk);
    },
  });

  return {
    stream,
    say() {
      if (phase !== 'passing') return;
      phase = 'leaving';
      if (tracker.atBoundary && !tracker.sealed) leave();
    },
  };
}

function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason);
  return Buffer.concat([Buffer.from([0x88, 2 + text.length, code >> 8, code & 0xff]), text]);
}
