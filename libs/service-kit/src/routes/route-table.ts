import type { Route } from './route';

export type RouteMatch =
  /** The parameters as they came: not decoded. */
  | { readonly kind: 'found'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The path is known, with these methods. */
  | { readonly kind: 'other_method'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown' };

/** Finds the route of a request. Of a template and a path without parameters the latter wins. */
export interface RouteTable {
  match(method: string, path: string): RouteMatch;
}

export function createRouteTable(routes: readonly Route[]): RouteTable {
  const exact = new Map<string, Route[]>();
  const templates = new Map<string, { readonly pattern: RegExp; readonly routes: Route[] }>();
  for (const route of routes) {
    if (!route.path.includes(':')) exact.set(route.path, [...(exact.get(route.path) ?? []), route]);
    else {
      const known = templates.get(route.path);
      if (known !== undefined) known.routes.push(route);
      else templates.set(route.path, { pattern: patternOf(route.path), routes: [route] });
    }
  }

  return {
    match(method, asked) {
      const path = asked.length > 1 && asked.endsWith('/') ? asked.slice(0, -1) : asked;
      const candidates = exact.get(path);
      if (candidates !== undefined) return choose(candidates, method, NO_PARAMS);
      for (const template of templates.values()) {
        const groups = template.pattern.exec(path)?.groups;
        if (groups !== undefined) return choose(template.routes, method, groups);
      }
      return { kind: 'unknown' };
    },
  };
}

const NO_PARAMS = {};

function choose(
  candidates: readonly Route[],
  method: string,
  params: Readonly<Record<string, string>>,
): RouteMatch {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const route = candidates.find((candidate) => candidate.method === wanted);
  if (route !== undefined) return { kind: 'found', route, params };
  const allow = candidates.flatMap((candidate) =>
    candidate.method === 'GET' ? ['GET', 'HEAD'] : candidate.method,
  );
  return { kind: 'other_method', allow: allow.sort() };
}

/** `/instances/:id/drain` as an expression whose groups are the parameters. */
function patternOf(template: string): RegExp {
  const segments = template
    .split('/')
    .map((segment) =>
      segment.startsWith(':') ? `(?<${segment.slice(1)}>[^/]+)` : segment.replace(/[^\w-]/g, '\\$&'),
    );
  return new RegExp(`^${segments.join('/')}$`);
}
