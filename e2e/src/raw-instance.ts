import { get, type ClientRequest } from 'node:http';
import type { Instance, RegisterRequest } from '@rollcall/contracts';
import { expectAnswer, json } from './expect-answer';

/** An instance that is no process of its own: a registration, and the session that vouches for it. */
export interface RawInstance {
  readonly instanceId: string;
  /** Breaks its session off, as the end of its process or of its network would. */
  vanish(): void;
}

/** Registers an instance at any address and opens its session. */
export async function startRawInstance(
  registryUrl: string,
  registration: RegisterRequest,
): Promise<RawInstance> {
  const { instance_id: instanceId, epoch } = (await expectAnswer(
    `${registryUrl}/register`,
    201,
    json('POST', registration),
  )) as Instance;
  const session = await openSession(`${registryUrl}/instances/${instanceId}/session?epoch=${epoch}`);
  return { instanceId, vanish: () => void session.destroy() };
}

/** Resolves once the registry has sent its first event. */
function openSession(url: string): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.once('data', () => resolve(request));
      // Nobody reads on; a session that is broken off fails, and is meant to.
      response.on('error', () => undefined).resume();
    });
    request.once('error', reject);
  });
}
