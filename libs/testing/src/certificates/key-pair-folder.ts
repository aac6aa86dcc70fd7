import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateAuthority, type IssueOptions, type PrivateAuthority } from './private-authority';

/** A server's certificate, its key and the authority's certificate in files, as settings name them. */
export interface KeyPairFolder {
  readonly authority: PrivateAuthority;
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  /** Puts another pair of the same authority in their place. */
  renew(options?: IssueOptions): Promise<void>;
  remove(): Promise<void>;
}

export async function createKeyPairFolder(options: IssueOptions = {}): Promise<KeyPairFolder> {
  const authority = await createPrivateAuthority();
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-tls-'));
  const [certFile, keyFile, caFile] = [
    join(folder, 'cert.pem'),
    join(folder, 'key.pem'),
    join(folder, 'ca.pem'),
  ];

  async function renew(given: IssueOptions = options): Promise<void> {
    const { cert, key } = await authority.issue(given);
    await replace(keyFile, key);
    await replace(certFile, cert);
  }

  await writeFile(caFile, authority.ca);
  await renew();
  return {
    authority,
    certFile,
    keyFile,
    caFile,
    renew,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** By a rename, so that no reader sees half of a file. */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
