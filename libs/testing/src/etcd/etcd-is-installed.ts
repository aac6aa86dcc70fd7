import { spawnSync } from 'node:child_process';

/** Whether this machine has the program; suites over real members are skipped where it is missing. */
export const etcdIsInstalled = spawnSync('etcd', ['--version'], { stdio: 'ignore' }).status === 0;
if (!etcdIsInstalled) process.stderr.write('Skipped, as etcd is missing: apt-get install etcd-server\n');
