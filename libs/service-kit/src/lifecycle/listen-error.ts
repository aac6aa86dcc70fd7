import { AppError } from '../errors/app-error';

/** Errors for an address of another machine, of an address family that is not available, or a name that does not resolve. */
const NOT_LOCAL: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EINVAL',
]);

/** An error of `listen`, naming the setting to change. Any other error is returned as it is. */
export function listenError(error: Error, host: string, port: number, portVariable: string): Error {
  const code = 'code' in error ? String(error.code) : '';
  if (NOT_LOCAL.has(code)) {
    const setting = portVariable.replace('PORT', 'HOST');
    return new AppError({
      code: 'HOST_NOT_LOCAL',
      status: 500,
      message: `${host} is not an address of this machine (${code}). Set ${setting} to one that is, or to 0.0.0.0 for all of them.`,
      setting,
      cause: error,
    });
  }
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const fault = code === 'EADDRINUSE' ? 'is taken' : 'may not be opened by this user';
  return new AppError({
    code: 'PORT_TAKEN',
    status: 500,
    message: `Port ${port} on ${host} ${fault}. Set ${portVariable} to another one.`,
    cause: error,
  });
}
