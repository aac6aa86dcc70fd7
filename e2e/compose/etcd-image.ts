import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** docker/compose.ha.yml's own. */
const USUAL = 'quay.io/coreos/etcd:v3.5.21';
const BUILT = 'rollcall-e2e-etcd';

/**
 * An image with etcd: the one that ETCD_IMAGE names; the usual one, if it is here (nothing is pulled, which takes minutes to
 * fail where there is no way out); or this machine's own program, in an image of the same C library.
 */
export const etcdImage: string | undefined = process.env['ETCD_IMAGE'] || thatIsHere(USUAL) || built();

if (etcdImage === undefined)
  process.stderr.write(
    `Skipped, as there is no image with etcd: docker pull ${USUAL}, or apt-get install etcd-server, or name one in ETCD_IMAGE\n`,
  );

function thatIsHere(image: string): string | undefined {
  return succeeds('docker', 'image', 'inspect', image) ? image : undefined;
}

function built(): string | undefined {
  const program = spawnSync('sh', ['-c', 'command -v etcd'], { encoding: 'utf8' }).stdout.trim();
  if (program === '') return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-e2e-etcd-'));
  try {
    copyFileSync(program, join(folder, 'etcd'));
    writeFileSync(join(folder, 'Dockerfile'), 'FROM node:24-bookworm-slim\nCOPY etcd /usr/local/bin/etcd\n');
    if (!succeeds('docker', 'build', '--tag', BUILT, folder)) return undefined;
    // It may want a C library that is later than the image's.
    return succeeds('docker', 'run', '--rm', BUILT, 'etcd', '--version') ? BUILT : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
