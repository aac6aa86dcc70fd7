import type { CallDefinition } from './call-route';

/** The calls that say what this registry is, and what it takes its caller for. */
export function aboutApi(): readonly CallDefinition[] {
  return [
    {
      method: 'GET',
      path: '/whoami',
      // Asked to find out whether a token is needed.
      needs: 'nothing',
      answer: ({ caller }) => ({ status: 200, body: caller.whoami() }),
    },
  ];
}
