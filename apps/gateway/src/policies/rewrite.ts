import { pathBeneath } from '../routing/upstream-path';
import type { Policy } from './policy';

/**
 * Another prefix in place of the route's own. There is no form with regular expressions: JavaScript's can take longer than
 * a lifetime over a hostile path, and every request would pay for running them elsewhere.
 */
export const rewritePolicy: Policy = {
  name: 'rewrite',
  compile({ pathPrefix, policy: { rewritePrefix } }) {
    if (rewritePrefix === undefined) return undefined;
    const cut = pathPrefix === '/' ? 0 : pathPrefix.length;
    return (_request, decisions) => {
      const { target } = decisions;
      const path =
        rewritePrefix === '/' ? pathBeneath(target.path, pathPrefix) : rewritePrefix + target.path.slice(cut);
      decisions.target = { ...target, path };
      return undefined;
    };
  },
};
