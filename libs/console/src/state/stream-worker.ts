import { openLiveConnection, type LiveConnection } from './live-connection';
import { HERE_EVERY_MS, type FromStream, type ToStream } from './stream-port';

/**
 * The one stream of this browser. HTTP/1.1 gives a browser six connections a host: with a stream in each of seven tabs
 * none of them could ask for anything more.
 */

interface Follower {
  readonly port: MessagePort;
  readonly token: string | undefined;
  heardAt: number;
}

interface Stream {
  readonly connection: LiveConnection;
  readonly followers: Set<Follower>;
}

/** By token: tabs may have been opened with different ones. */
const streams = new Map<string, Stream>();

function follow(port: MessagePort, token: string | undefined): Follower {
  const key = token ?? '';
  const follower: Follower = { port, token, heardAt: Date.now() };
  const known = streams.get(key);
  // A token that was refused may be known by now: whoever brings it again has it tried again.
  const isOver = known?.connection.current().connection.status === 'refused';
  const stream = known === undefined || isOver ? open(key, token) : known;
  stream.followers.add(follower);
  send(port, { type: 'picture', picture: stream.connection.current() });
  return follower;
}

function open(key: string, token: string | undefined): Stream {
  const followers = new Set<Follower>();
  const connection = openLiveConnection({
    token,
    onFrames: (frames, events) => {
      for (const { port } of followers)
        send(port, events === undefined ? { type: 'frames', frames } : { type: 'events', events });
    },
  });
  const stream = { connection, followers };
  streams.set(key, stream);
  return stream;
}

function leave(follower: Follower): void {
  const key = follower.token ?? '';
  const stream = streams.get(key);
  // Those of a stream that was refused have nothing to leave.
  if (stream === undefined || !stream.followers.delete(follower) || stream.followers.size > 0) return;
  stream.connection.close();
  streams.delete(key);
}

function send(port: MessagePort, message: FromStream): void {
  port.postMessage(message);
}

addEventListener('connect', (event) => {
  const port = event instanceof MessageEvent ? event.ports[0] : undefined;
  if (port === undefined) return;
  let follower: Follower | undefined;
  port.onmessage = ({ data }: MessageEvent<ToStream>) => {
    switch (data.type) {
      case 'follow':
        if (follower !== undefined) leave(follower);
        follower = follow(port, data.token);
        break;
      case 'here':
        if (follower !== undefined) follower.heardAt = Date.now();
        break;
      case 'leave':
        if (follower !== undefined) leave(follower);
        follower = undefined;
        break;
    }
  };
});

setInterval(() => {
  const silentSince = Date.now() - 3 * HERE_EVERY_MS;
  for (const { followers } of [...streams.values()])
    for (const follower of [...followers]) if (follower.heardAt < silentSince) leave(follower);
}, HERE_EVERY_MS);
