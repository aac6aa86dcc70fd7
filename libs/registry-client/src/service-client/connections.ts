import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';

/** The connections to one instance. */
export interface Connections {
  /** For one request; `fresh` avoids a connection that has been used before. */
  agents(fresh: boolean): { readonly httpAgent: Agent; readonly httpsAgent: TlsAgent };
  /** Closes what is idle now, and the rest as soon as it is. */
  retire(): void;
}

/** Shorter than an instance keeps its idle connections (75 s): else one of them closes just as it is used. */
const IDLE_MS = 60_000;

export function createConnections(lookup: LookupFunction): Connections {
  // `lookup` goes through to net.connect, which is not in the agents' own types.
  const kept: AgentOptions & { lookup: LookupFunction } = { lookup, keepAlive: true, timeout: IDLE_MS };
  const once: AgentOptions & { lookup: LookupFunction } = { lookup, keepAlive: false };
  const pools = { httpAgent: new Agent(kept), httpsAgent: new TlsAgent(kept) };

  return {
    agents: (fresh) => (fresh ? { httpAgent: new Agent(once), httpsAgent: new TlsAgent(once) } : pools),
    retire() {
      for (const agent of Object.values(pools)) {
        agent.maxFreeSockets = 0;
        for (const idle of Object.values(agent.freeSockets))
          for (const socket of idle ?? []) socket.destroy();
      }
    },
  };
}
