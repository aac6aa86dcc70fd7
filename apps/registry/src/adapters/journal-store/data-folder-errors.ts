import { AppError } from '@rollcall/service-kit';

/** Errors that keep the registry from starting: its data folder cannot be used. */

/** @param pid of the process that keeps its catalog there, where it is known */
export function dataFolderTaken(path: string, pid?: number): AppError {
  const who = pid === undefined ? 'Another registry' : `Another registry (process ${pid})`;
  return new AppError({
    code: 'DATA_FOLDER_TAKEN',
    status: 503,
    logged: false,
    message: `${who} keeps its catalog in ${path}. Stop it, or give this one a DATA_DIR of its own.`,
  });
}

export function dataFolderUnusable(path: string, cause: unknown): AppError {
  return new AppError({
    code: 'DATA_FOLDER_UNUSABLE',
    status: 503,
    message:
      `The catalog cannot be kept in ${path} (${cause instanceof Error ? cause.message : String(cause)}). ` +
      'Set DATA_DIR to a folder that can be written to; DATA_DIR=off keeps nothing on disk.',
    setting: 'DATA_DIR',
    cause,
  });
}

/** The folder is not changed, so that the newer version can still use it. */
export function dataFolderNewer(format: number, known: number): AppError {
  return new AppError({
    code: 'DATA_FOLDER_NEWER',
    status: 503,
    message:
      `The catalog was kept by a newer version of the registry (format ${format}, and this one knows ${known}). ` +
      'Run that version, or name another DATA_DIR.',
  });
}
