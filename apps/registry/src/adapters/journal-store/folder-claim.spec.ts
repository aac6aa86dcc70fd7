import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, startTypeScript, type TypeScriptProcess } from '@rollcall/testing';
import { temporaryFolders } from '../../../test/doubles/temporary-folders';
import type { Claim } from './folder';
import { claimFolder } from './folder-claim';

const temporary = temporaryFolders();

async function release(claim: Claim): Promise<void> {
  if (claim.kind !== 'taken') await claim.release();
}

async function claimingProcess(path: string): Promise<TypeScriptProcess> {
  const started = startTypeScript(require.resolve('../../../test/processes/claiming-process.ts'), {
    args: [path],
  });
  await eventually(() => started.output().includes('held'), { timeoutMs: 20_000 });
  return started;
}

describe('the claim to a folder', () => {
  it('is held by the process that has it, and says which one that is', async () => {
    const path = await temporary();
    const other = await claimingProcess(path);
    try {
      expect(await claimFolder(path, 0)).toEqual({ kind: 'taken', pid: other.child.pid });
    } finally {
      other.child.kill('SIGKILL');
      await other.exited;
    }
  });

  it('is held by a process that is frozen', async () => {
    const path = await temporary();
    const other = await claimingProcess(path);
    try {
      other.child.kill('SIGSTOP');
      expect(await claimFolder(path, 0)).toEqual({ kind: 'taken', pid: undefined });
    } finally {
      other.child.kill('SIGKILL');
      await other.exited;
    }
  });

  it('ends with a process that is killed, and leaves nothing behind', async () => {
    const path = await temporary();
    const other = await claimingProcess(path);
    other.child.kill('SIGKILL');
    await other.exited;
    expect(await readdir(path)).toHaveLength(1);
    const claim = await claimFolder(path, 0);
    expect(claim.kind).toBe('held');
    await release(claim);
    expect(await readdir(path)).toEqual([]);
  });

  it('waits for one that is about to be given up', async () => {
    const path = await temporary();
    const first = await claimFolder(path);
    const second = claimFolder(path, 5000);
    await release(first);
    expect((await second).kind).toBe('held');
    await release(await second);
  });

  it('goes to one of many who want it at the same time', async () => {
    const path = await temporary();
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimFolder(path, 3000)));
    expect(claims.filter(({ kind }) => kind === 'held')).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'taken')).toHaveLength(7);
    for (const claim of claims) await release(claim);
    expect(await readdir(path)).toEqual([]);
  });

  it('can be had of a folder whose path is longer than the address of a socket', async () => {
    const path = join(await temporary(), 'x'.repeat(120));
    await mkdir(path);
    const claim = await claimFolder(path, 0);
    expect(claim.kind).toBe('held');
    expect((await claimFolder(path, 0)).kind).toBe('taken');
    await release(claim);
    expect(await readdir(path)).toEqual([]);
  });

  it('cannot be told of a folder that takes no socket', async () => {
    const file = join(await temporary(), 'a file');
    await writeFile(file, '');
    expect(await claimFolder(file, 0)).toMatchObject({ kind: 'unknown' });
  });
});
