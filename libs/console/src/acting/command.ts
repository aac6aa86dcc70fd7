import type { Action } from './action';
import type { Fields } from './action-fields';

/** The same on the command line. */
export function commandOf(action: Action, { reason, forMs }: Pick<Fields, 'reason' | 'forMs'>): string {
  if (action.kind === 'release') return `rollcall guard release ${quoted(action.service)}`;
  const target = quoted(`${action.instance.service_name}/${action.instance.instance_id}`);
  const why = ` --reason ${quoted(reason === '' ? '…' : reason)}`;
  const term = forMs === undefined ? '' : ` --for ${Math.round(forMs / 60_000)}m`;
  switch (action.kind) {
    case 'drain':
      return `rollcall drain ${target}`;
    case 'out':
      return `rollcall out ${target}${why}${term}`;
    case 'back':
      return `rollcall in ${target}`;
    case 'eject':
      return `rollcall eject ${target}${why}${term}`;
    case 'restore':
      return `rollcall restore ${target}`;
  }
}

/** For a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
