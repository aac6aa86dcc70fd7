import type { Instance } from '@rollcall/contracts';
import type { RunningRegistry } from '../running-registry';
import { openSseStream, type SseStream } from '../sse-stream';

/** The session of a registered instance, open: the registry has said so. */
export async function openSession(
  registry: Pick<RunningRegistry, 'url'>,
  { instance_id, epoch }: Pick<Instance, 'instance_id' | 'epoch'>,
): Promise<SseStream> {
  const stream = await openSseStream(`${registry.url}/instances/${instance_id}/session?epoch=${epoch}`);
  await stream.take(1);
  return stream;
}
