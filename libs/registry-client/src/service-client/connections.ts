import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { closeIdle, useTls } from '../registry/agent-tls';
import type { TlsTexts } from '../registry/tls-files';

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
  /** What TLS with instances goes by, asked for before each request; Node's defaults when not given. */
  readonly tls?: (() => TlsTexts) | undefined;
}

// These go through to net.connect and tls.connect, which is not in the agents' own types.
type WithRules = AgentOptions & Pick<ConnectionRules, 'lookup'>;

export function createConnections({ lookup, tls }: ConnectionRules): Connections {
  const kept: WithRules = { lookup, keepAlive: true, timeout: IDLE_MS };
  const once: WithRules = { lookup, keepAlive: false };
  const pools = { httpAgent: new Agent(kept), httpsAgent: new TlsAgent(kept) };

  return {
    agents(fresh) {
      const agents = fresh ? { httpAgent: new Agent(once), httpsAgent: new TlsAgent(once) } : pools;
      if (tls !== undefined) useTls(agents.httpsAgent, tls());
      return agents;
    },
    keepIdle(keep) {
      for (const agent of Object.values(pools)) {
        agent.maxFreeSockets = keep ? MOST_IDLE : 0;
        if (!keep) closeIdle(agent);
      }
    },
  };
}
