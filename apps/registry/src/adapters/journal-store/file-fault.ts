/** The system's name for what went wrong, e.g. `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Somebody has to change a setting or a permission: it will not pass by itself. */
export function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

/** The medium gives the content no more, though it is there and may be read. */
export function isUnreadable(error: unknown): boolean {
  return ['EIO', 'EISDIR', 'EBADMSG', 'EUCLEAN'].includes(codeOf(error) ?? '');
}
