import { execFileSync } from 'node:child_process';

/** The user that a process runs as, for `spawn`; empty for the user of this process. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root. Where the specs run as root, as in most containers, it runs as the user `nobody`. */
export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const idOfNobody = (kind: '-u' | '-g'): number =>
    Number(execFileSync('id', [kind, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}
