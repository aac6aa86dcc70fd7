import { readFileSync, realpathSync } from 'node:fs';
import { fileSystemOf, isOnNetwork } from './mounts';

const MOUNTS = [
  '22 1 0:20 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/x',
  '23 22 0:21 / /proc rw - proc proc rw',
  '24 22 8:1 / /data rw,relatime master:2 propagate_from:3 - ext4 /dev/sda1 rw',
  '25 24 0:44 / /data/shared rw - nfs4 host:/export rw,vers=4.2',
  '26 22 0:45 / /with\\040space rw - cifs //host/share rw',
  '27 22 8:2 / /twice rw - xfs /dev/sdb rw',
  '28 27 0:46 / /twice rw - fuse.sshfs host:/ rw',
  '',
].join('\n');

it.each([
  ['/', 'overlay'],
  ['/home/x', 'overlay'],
  ['/data', 'ext4'],
  ['/data/rollcall', 'ext4'],
  // Not in /data.
  ['/database', 'overlay'],
  ['/data/shared/rollcall', 'nfs4'],
  ['/with space/x', 'cifs'],
  ['/twice/x', 'fuse.sshfs'],
])('%s is on %s', (path, type) => {
  expect(fileSystemOf(MOUNTS, path)).toBe(type);
});

it('knows nothing of a list that it cannot read', () => {
  expect(fileSystemOf('', '/')).toBeUndefined();
  expect(fileSystemOf('something else\n - \n', '/')).toBeUndefined();
});

it.each([
  ['nfs4', true],
  ['cifs', true],
  ['fuse.sshfs', true],
  ['ext4', false],
  ['overlay', false],
  ['fuse.portal', false],
])('%s is on a network: %s', (type, is) => {
  expect(isOnNetwork(type)).toBe(is);
});

(process.platform === 'linux' ? it : it.skip)('reads what the kernel has', () => {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  expect(fileSystemOf(mounts, realpathSync(__dirname))).toMatch(/^\S+$/);
  expect(fileSystemOf(mounts, '/proc/self')).toBe('proc');
});
