import { claimFolder } from '../../src/adapters/journal-store/folder-claim';

/** Claims the folder it is given, says so, and holds it until it is killed. */
const [, , path = ''] = process.argv;
setInterval(() => undefined, 60_000);
void claimFolder(path, 0).then(({ kind }) => process.stdout.write(`${kind}\n`));
