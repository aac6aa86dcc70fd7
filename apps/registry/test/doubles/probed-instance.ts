import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { INSTANCE_HEADER } from '@rollcall/contracts';

/** A process as probes find it: a server that says who it is, or says nothing, or is gone. */
export interface ProbedInstance {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** Probes that wait for an answer. */
  readonly waiting: number;
  /** `<instance_id>/<epoch>`; `undefined` answers without a name. */
  answerAs(identity: string | undefined): void;
  /** Takes connections and does not answer. */
  hang(): void;
  /** From now on connections are refused, as after `kill -9`. Idempotent. */
  die(): Promise<void>;
}

export async function startProbedInstance(): Promise<ProbedInstance> {
  const asked: string[] = [];
  let identity: string | undefined;
  let hangs = false;
  let waiting = 0;
  const server: Server = createServer((req, res) => {
    asked.push(req.url ?? '');
    waiting += 1;
    res.once('close', () => (waiting -= 1));
    if (hangs) return;
    if (identity !== undefined) res.setHeader(INSTANCE_HEADER, identity);
    res.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    get waiting() {
      return waiting;
    },
    answerAs(name) {
      identity = name;
      hangs = false;
    },
    hang: () => void (hangs = true),
    async die() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
