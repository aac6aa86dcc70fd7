import { describeRegistry, type DescribeRegistryDeps } from '../use-cases/describe-registry';
import type { CallDefinition } from './call-route';

export type AboutApiOptions = DescribeRegistryDeps;

/** The calls that say what this registry is, and what it takes its caller for. */
export function aboutApi(options: AboutApiOptions): readonly CallDefinition[] {
  return [
    {
      method: 'GET',
      path: '/whoami',
      // Asked to find out whether a token is needed.
      needs: 'nothing',
      answer: ({ caller }) => ({ status: 200, body: caller.whoami() }),
    },
    {
      method: 'GET',
      path: '/registry',
      needs: 'read',
      answer: () => ({ status: 200, body: describeRegistry(options) }),
    },
  ];
}
