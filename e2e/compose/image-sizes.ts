import { runCommand } from './command';
import type { Container } from './container';

const BASE_IMAGE = 'node:24-bookworm-slim';

/** Bytes that a container's image has on top of the base image; layers that images share are counted in each. */
export async function addedBytes(container: Container): Promise<number> {
  const [image, base] = await Promise.all([
    sizeOf(await container.inspect('{{.Image}}')),
    sizeOf(BASE_IMAGE),
  ]);
  return image - base;
}

async function sizeOf(image: string): Promise<number> {
  return Number(await runCommand(['docker', 'image', 'inspect', '--format', '{{.Size}}', image]));
}
