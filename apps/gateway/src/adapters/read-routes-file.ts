import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '@rollcall/service-kit';
import { parseRoutesFile } from '../routes-file/parse-routes-file';
import type { Route } from '../routing/route';
import type { RoutePolicy } from '../routing/route-policy';

/** @throws AppError that names the file and everything that is wrong with it */
export function readRoutesFile(path: string, defaults: RoutePolicy): readonly Route[] {
  const parsed = parseRoutesFile(textOf(path), {
    defaults,
    readBeside: (beside) => readFileSync(resolve(dirname(path), beside), 'utf8'),
  });
  if ('routes' in parsed) return parsed.routes;
  throw unusable(
    path,
    parsed.faults
      .map((fault) => (fault.path === '' ? fault.message : `${fault.path}: ${fault.message}`))
      .join('\n  '),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unusable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unusable(path: string, why: string, cause?: unknown): AppError {
  return new AppError({
    code: 'ROUTES_FILE_INVALID',
    status: 500,
    message: `ROUTES_FILE ${path} cannot be used:\n  ${why}`,
    cause,
  });
}
