import type { RouteView } from '@rollcall/contracts';
import type { FileRouteView } from '@rollcall/gateway/for-operators';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { diffRoutes, routeKey } from '../routes-diff';
import type { Session } from '../session';

export const addRoutes: AddCommand = (program, act) => {
  const routes = program
    .command('routes')
    .summary('routes in force at the gateway; check and compare routes files')
    .description('Lists the routes in force at a gateway, and the announcements that it refuses.')
    .action(act(listRoutes));
  routes
    .command('check')
    .summary('whether a gateway would take a routes file')
    .description(
      "Reads a routes file as a gateway would, without one, and tells each fault with its line and column. Settings that matter to it (ZONE, HEADERS_TIMEOUT_MS …) are the environment's.",
    )
    .argument('<file>')
    .action(act(checkFile));
  routes
    .command('diff')
    .summary('what a routes file would change')
    .description(
      'Compares a routes file with the routes of the file that is in force at the gateway. Ends with 1 where they differ, with 2 where the file has faults.',
    )
    .argument('<file>')
    .action(act(diffFile));
};

async function listRoutes({ gateway, out }: Session): Promise<void> {
  const data = await gateway.routes();
  out.show({
    data,
    names: data.routes.map(routeKey),
    table: ({ wide }) => [
      {
        columns: [
          { title: 'ROUTE' },
          { title: 'SERVICE' },
          { title: 'SOURCE' },
          { title: 'INSTANCES', right: true },
          { title: 'PICKER' },
          ...(wide
            ? [
                { title: 'ATTEMPTS', right: true },
                { title: 'HEADERS', right: true },
              ]
            : []),
          { title: 'POLICIES' },
        ],
        rows: data.routes.map((route: RouteView) => [
          routeKey(route),
          route.service,
          route.source,
          String(route.instances),
          route.picker,
          ...(wide ? [String(route.retries.attempts), `${route.timeouts.headers_ms} ms`] : []),
          route.policies.join('; ') || '-',
        ]),
      },
      ...(data.refused.length === 0
        ? []
        : [
            '',
            {
              columns: [{ title: 'REFUSED' }, { title: 'SERVICE' }, { title: 'REASON' }],
              rows: data.refused.map(({ host, path_prefix, service, reason }) => [
                `${host ?? ''}${path_prefix}`,
                service,
                reason,
              ]),
            },
          ]),
    ],
  });
  if (data.routes.length === 0)
    out.hint('the gateway has no route: no service announces one, and no file has one');
}

async function checkFile({ out, env }: Session, file: string): Promise<ExitCode> {
  const checked = await readFile(file, env);
  if ('routes' in checked) {
    out.show({
      data: { file, routes: checked.routes, faults: [] },
      names: checked.routes.map(routeKey),
      table: () => [`${file}: ${checked.routes.length} routes, no fault`],
    });
    return EXIT.ok;
  }
  out.show({
    data: { file, faults: checked.faults },
    names: checked.faults.map(({ line, column }) => `${line}:${column}`),
    table: () => checked.faults.map(faultLine),
  });
  return EXIT.no;
}

async function diffFile({ gateway, out }: Session, file: string): Promise<ExitCode> {
  const { routes: inForce } = await gateway.routes();
  // What a file leaves open the settings of that gateway say.
  const settings = Object.entries(await gateway.config()).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
  );
  const checked = await readFile(file, Object.fromEntries(settings));
  if ('faults' in checked) {
    throw new CliFault(
      EXIT.usage,
      checked.faults.map(faultLine).join('\n'),
      'mend the file; rollcall routes check has the same list',
    );
  }
  const diff = diffRoutes(
    inForce.filter(({ source }) => source === 'file'),
    checked.routes,
  );
  out.show({
    data: { file, changes: diff },
    names: diff.map(({ route }) => route),
    table: () =>
      diff.length === 0
        ? [`${file}: no difference to the ${checked.routes.length} routes in force`]
        : diff.flatMap(({ change, route, fields }) => [
            `${MARK[change]} ${route}`,
            ...fields.map((field) => `    ${field}`),
          ]),
  });
  return diff.length === 0 ? EXIT.ok : EXIT.no;
}

const MARK = { added: '+', removed: '-', changed: '~' } as const;

interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** As compilers write them, so that editors find the place. */
function faultLine({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** Loaded now: it brings what a gateway needs to read a file, and no other command does. */
async function readFile(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly routes: readonly FileRouteView[] } | { readonly faults: readonly Fault[] }> {
  const { checkRoutesFile } = await import('@rollcall/gateway/for-operators');
  try {
    return checkRoutesFile(file, env);
  } catch (error) {
    throw new CliFault(EXIT.usage, error instanceof Error ? error.message : String(error), undefined, {
      cause: error,
    });
  }
}
