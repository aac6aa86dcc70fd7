/** The error code of the system, e.g. `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Errors that last until an operator changes a setting or a permission. */
export function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

/** The storage cannot read the content, although the file exists and may be read. */
export function isUnreadable(error: unknown): boolean {
  return ['EIO', 'EISDIR', 'EBADMSG', 'EUCLEAN'].includes(codeOf(error) ?? '');
}

/** The file exists already. File numbers are never used twice, so another process has written to the folder. */
export function isTaken(error: unknown): boolean {
  return codeOf(error) === 'EEXIST';
}
