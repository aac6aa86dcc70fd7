import { execFileSync } from 'node:child_process';

/** Whom a process runs as, for `spawn`; empty for whoever runs this one. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root. Where that is who runs the specs, as in most containers, it runs as nobody. */
export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const idOfNobody = (kind: '-u' | '-g'): number =>
    Number(execFileSync('id', [kind, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}
