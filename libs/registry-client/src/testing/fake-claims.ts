import {
  OLDER_CALL_TAG,
  type AnnouncedRoute,
  type Instance,
  type RefusedRoute,
  type RouteClaim,
} from '@rollcall/contracts';

type Path = Pick<AnnouncedRoute, 'path_prefix' | 'host'>;

/** Which service holds which path, as a registry without tokens decides it; a path that no instance announces any more is kept for ever. */
export interface FakeClaims {
  of(serviceName: string): readonly RouteClaim[];
  serviceNames(): readonly string[];
  /** Gives the service what it asks for and nobody else holds. */
  claim(serviceName: string, routes: readonly AnnouncedRoute[]): Pick<Instance, 'routes' | 'refused_routes'>;
  /** After a change: who announces what now. @returns the claims of the service, if they are others than before */
  settle(serviceName: string, instances: readonly Instance[]): readonly RouteClaim[] | undefined;
}

interface Claim {
  readonly serviceName: string;
  claim: RouteClaim;
  /** Only entries of the older calls have announced it, so it ends with them. */
  endsWithEntry: boolean;
}

export function createFakeClaims(): FakeClaims {
  const claims = new Map<string, Claim>();
  const told = new Map<string, string>();

  function of(serviceName: string): readonly RouteClaim[] {
    return [...claims.values()].filter((one) => one.serviceName === serviceName).map(({ claim }) => claim);
  }

  return {
    of,
    serviceNames: () => [...new Set(Array.from(claims.values(), ({ serviceName }) => serviceName))],

    claim(serviceName, routes) {
      const refused: RefusedRoute[] = [];
      for (const route of routes) {
        const rival = [...claims.values()].find(
          ({ serviceName: holder, claim }) => holder !== serviceName && overlap(claim, route),
        );
        if (rival !== undefined)
          refused.push({
            ...pathOf(route),
            code: 'held_by_another',
            reason: `${rival.serviceName} holds ${nameOf(rival.claim)}`,
          });
        else if (!claims.has(nameOf(route)))
          claims.set(nameOf(route), {
            serviceName,
            claim: { ...pathOf(route), since: nowSeconds(), why: 'It was the first to announce it.' },
            endsWithEntry: true,
          });
      }
      const names = new Set(refused.map(nameOf));
      return {
        routes: routes.filter((route) => !names.has(nameOf(route))),
        ...(refused.length > 0 && { refused_routes: refused }),
      };
    },

    settle(serviceName, instances) {
      for (const [name, one] of claims) {
        if (one.serviceName !== serviceName) continue;
        const announcers = instances.filter(({ routes }) => routes.some((route) => nameOf(route) === name));
        if (announcers.some(({ tags }) => !tags.includes(OLDER_CALL_TAG))) one.endsWithEntry = false;
        const { unannounced_since: left = nowSeconds(), ...announced } = one.claim;
        if (announcers.length > 0) one.claim = announced;
        else if (one.endsWithEntry) claims.delete(name);
        else one.claim = { ...announced, unannounced_since: left };
      }
      const now = of(serviceName);
      const text = JSON.stringify(now);
      if (text === (told.get(serviceName) ?? '[]')) return undefined;
      told.set(serviceName, text);
      return now;
    },
  };
}

function nameOf({ host = '', path_prefix: prefix }: Path): string {
  return host + prefix;
}

function pathOf({ path_prefix: prefix, host }: Path): Path {
  return { path_prefix: prefix, ...(host === undefined ? {} : { host }) };
}

function overlap(a: Path, b: Path): boolean {
  const [inner, outer] = [a.path_prefix, b.path_prefix].map((prefix) =>
    prefix === '/' ? '/' : `${prefix}/`,
  );
  if (inner === undefined || outer === undefined) return false;
  const nested = inner.startsWith(outer) || outer.startsWith(inner);
  return nested && (a.host === undefined || b.host === undefined || a.host === b.host);
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
