import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SecureContextOptions } from 'node:tls';

/** The connections to one instance. */
export interface Connections {
  /** For one request; `fresh` avoids a connection that has been used before. */
  agents(fresh: boolean): { readonly httpAgent: Agent; readonly httpsAgent: TlsAgent };
  /** Whether idle connections are kept for later requests; if not, those that are idle now are closed, too. */
  keepIdle(keep: boolean): void;
}

/** Shorter than an instance keeps its idle connections (75 s): else one of them closes just as it is used. */
const IDLE_MS = 60_000;

/** Node's own bound. */
const MOST_IDLE = 256;

export interface ConnectionRules {
  readonly lookup: LookupFunction;
  /** PEM text of the authority that has to have signed an instance's certificate; Node's own when not given. */
  readonly ca?: string | undefined;
}

// These go through to net.connect and tls.connect, which is not in the agents' own types.
type WithRules = AgentOptions & Pick<ConnectionRules, 'lookup'> & SecureContextOptions;

export function createConnections({ lookup, ca }: ConnectionRules): Connections {
  const rules = { lookup, ...(ca === undefined ? {} : { ca }) };
  const kept: WithRules = { ...rules, keepAlive: true, timeout: IDLE_MS };
  const once: WithRules = { ...rules, keepAlive: false };
  const pools = { httpAgent: new Agent(kept), httpsAgent: new TlsAgent(kept) };

  return {
    agents: (fresh) => (fresh ? { httpAgent: new Agent(once), httpsAgent: new TlsAgent(once) } : pools),
    keepIdle(keep) {
      for (const agent of Object.values(pools)) {
        agent.maxFreeSockets = keep ? MOST_IDLE : 0;
        if (keep) continue;
        for (const idle of Object.values(agent.freeSockets))
          for (const socket of idle ?? []) socket.destroy();
      }
    },
  };
}
