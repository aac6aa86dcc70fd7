import { fail, ok, warn, type Check, type Finding } from '@rollcall/diagnosis';
import type { Facts } from './facts';
import { isOnNetwork } from './mounts';
import type { SelfFacts } from './self-facts';

const OLDEST_NODE = [20, 19] as const;
/** They end at SIGTERM without handing it on, so that nothing drains. */
const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'busybox',
  'npm',
  'npx',
  'yarn',
  'pnpm',
]);

/** The container that this command runs in, for `docker exec`. */
export const SELF_CHECKS: readonly Check<Facts>[] = [
  {
    id: 'node',
    area: 'self',
    run: ofSelf(({ node }) => {
      const [major = 0, minor = 0] = node.split('.').map(Number);
      const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
      return isOld
        ? fail(`Node ${node} is too old`, `use Node ${OLDEST_NODE.join('.')} or later`)
        : ok(`Node ${node}`);
    }),
  },
  {
    id: 'process_1',
    area: 'self',
    run: ofSelf(({ processOne }) => {
      if (processOne === undefined) return undefined;
      return SHELLS.has(processOne.split(' ')[0] ?? '')
        ? fail(
            `process 1 is ${processOne}, which does not hand SIGTERM on: nothing drains when the container stops`,
            'start the program itself (exec form of CMD, exec in a script), or an init: docker run --init',
          )
        : ok(`SIGTERM goes to ${processOne}`);
    }),
  },
  {
    id: 'node_env',
    area: 'self',
    onlyStrict: true,
    run: ofSelf(({ nodeEnv }) =>
      nodeEnv === 'production'
        ? ok('NODE_ENV is production')
        : warn('NODE_ENV is not production', 'set NODE_ENV=production'),
    ),
  },
  {
    id: 'data_dir',
    area: 'self',
    run: ofSelf(({ dataDir }) => {
      if (dataDir === undefined) return undefined;
      return dataDir.isWritable
        ? ok(`${dataDir.path} can be written`)
        : fail(
            `${dataDir.path} (DATA_DIR) cannot be written`,
            'mount a volume there that belongs to the user of the process',
          );
    }),
  },
  {
    id: 'data_dir_file_system',
    area: 'self',
    run: ofSelf(({ dataDir }) => {
      if (dataDir?.fileSystem === undefined) return undefined;
      const { path, fileSystem } = dataDir;
      return isOnNetwork(fileSystem)
        ? warn(
            `${path} (DATA_DIR) is on a network file system (${fileSystem}): writes wait for it, and locks may not hold`,
            'mount a local disk or a block device there',
          )
        : ok(`${path} is on ${fileSystem}`);
    }),
  },
  {
    id: 'memory',
    area: 'self',
    run: ofSelf(({ memoryLimit, heapLimit }) => {
      if (memoryLimit === undefined) return undefined;
      const [limit, heap] = [memoryLimit, heapLimit].map((bytes) => `${Math.round(bytes / 2 ** 20)} MiB`);
      return heapLimit < memoryLimit
        ? ok(`the heap may grow to ${heap} of ${limit}`)
        : warn(
            `the heap may grow to ${heap}, and the container has ${limit}: it is killed before it collects garbage`,
            'set NODE_OPTIONS=--max-old-space-size to three quarters of the limit',
          );
    }),
  },
];

function ofSelf(judge: (self: SelfFacts) => Finding | undefined): (facts: Facts) => Finding | undefined {
  return ({ self }) => self && judge(self);
}
