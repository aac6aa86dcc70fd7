/** File systems whose disk is at another machine, and which a lost network stops. */
const ON_NETWORK: ReadonlySet<string> = new Set([
  '9p',
  'afs',
  'beegfs',
  'ceph',
  'cifs',
  'fuse.ceph',
  'fuse.glusterfs',
  'fuse.rclone',
  'fuse.s3fs',
  'fuse.sshfs',
  'glusterfs',
  'lustre',
  'nfs',
  'nfs4',
  'smb3',
  'smbfs',
]);

export function isOnNetwork(fileSystem: string): boolean {
  return ON_NETWORK.has(fileSystem);
}

/**
 * The type of the file system that a path is on, `ext4` for example.
 *
 * @param mounts as `/proc/self/mountinfo` has them (proc(5)): the type is behind the field that is a hyphen
 * @param path absolute, without links
 */
export function fileSystemOf(mounts: string, path: string): string | undefined {
  let nearest: { readonly point: string; readonly type: string } | undefined;
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = unescaped(before.split(' ')[4] ?? '');
    const [type = ''] = after.split(' ');
    if (point === '' || type === '' || !isIn(path, point)) continue;
    // The later one of two at one place covers the other.
    if (nearest === undefined || point.length >= nearest.point.length) nearest = { point, type };
  }
  return nearest?.type;
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Space, tab, line feed and backslash are written in octal. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
