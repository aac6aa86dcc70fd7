import type { Agent } from 'node:http';
import type { Agent as TlsAgent } from 'node:https';
import type { TlsTexts } from './tls-files';

/**
 * Has the next connections of an agent verified against these authorities, and show this certificate. Node keeps
 * connections and TLS sessions by their options, these among them, so that none that was opened with others is used
 * again.
 */
export function useTls(agent: TlsAgent, texts: TlsTexts): void {
  const { ca, cert, key } = agent.options;
  if (ca === texts.ca && cert === texts.cert && key === texts.key) return;
  Object.assign(agent.options, texts);
  closeIdle(agent);
}

export function closeIdle(agent: Agent): void {
  for (const idle of Object.values(agent.freeSockets)) for (const socket of idle ?? []) socket.destroy();
}
