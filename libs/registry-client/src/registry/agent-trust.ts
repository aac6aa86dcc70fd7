import type { Agent } from 'node:http';
import type { Agent as TlsAgent } from 'node:https';

/**
 * Has the next connections of an agent verified against these authorities. Node keeps connections and TLS sessions by
 * their options, `ca` among them, so that none that other authorities vouched for is used again.
 */
export function trust(agent: TlsAgent, ca: string): void {
  if (agent.options.ca === ca) return;
  agent.options.ca = ca;
  closeIdle(agent);
}

export function closeIdle(agent: Agent): void {
  for (const idle of Object.values(agent.freeSockets)) for (const socket of idle ?? []) socket.destroy();
}
