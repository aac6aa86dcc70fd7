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
    const start = rewritePrefix === '/' ? '' : rewritePrefix;
    return (_request, treatment) => {
      const { target } = treatment;
      const rest = target.path.slice(cut);
      // `/` in place of `/a` turns `/a//x` into `//x`, which is an authority to some who read it.
      const path = start === '' ? `/${rest.replace(/^\/+/, '')}` : start + rest;
      treatment.target = { ...target, path };
      return undefined;
    };
  },
};
