import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent, type AgentOptions as TlsAgentOptions } from 'node:https';

export interface ExportAgentOptions {
  /** Milliseconds that an export may take, from connecting to the end of the answer. */
  readonly lifetimeMs: number;
  /** PEM text of the authority that has to have signed the collector's certificate; those that Node knows when not given. */
  readonly ca: string | undefined;
}

/**
 * A connection for each export, that lives no longer than an export may take. The exporter's own time-out starts anew
 * with every byte, so that a collector that sends one now and then would keep a connection, and a batch, for ever.
 */
export function createExportAgent(protocol: string, { lifetimeMs, ca }: ExportAgentOptions): Agent {
  return protocol === 'https:'
    ? new ShortLivedTlsAgent({ ...(ca === undefined ? {} : { ca }) }, lifetimeMs)
    : new ShortLivedAgent(lifetimeMs);
}

class ShortLivedAgent extends Agent {
  constructor(private readonly lifetimeMs: number) {
    super({ keepAlive: false });
  }

  override createConnection(
    ...args: Parameters<Agent['createConnection']>
  ): ReturnType<Agent['createConnection']> {
    return endAfter(this.lifetimeMs, super.createConnection(...args));
  }
}

class ShortLivedTlsAgent extends TlsAgent {
  constructor(
    options: TlsAgentOptions & AgentOptions,
    private readonly lifetimeMs: number,
  ) {
    super({ ...options, keepAlive: false });
  }

  override createConnection(
    ...args: Parameters<TlsAgent['createConnection']>
  ): ReturnType<TlsAgent['createConnection']> {
    return endAfter(this.lifetimeMs, super.createConnection(...args));
  }
}

function endAfter<S extends ReturnType<Agent['createConnection']>>(ms: number, socket: S): S {
  const timer = setTimeout(() => socket?.destroy(), ms).unref();
  socket?.once('close', () => clearTimeout(timer));
  return socket;
}
