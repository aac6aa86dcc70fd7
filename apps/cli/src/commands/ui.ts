import type { AddCommand } from '../command';
import type { Session } from '../session';

interface UiOptions {
  readonly token?: boolean;
}

export const addUi: AddCommand = (program, act) => {
  program
    .command('ui')
    .summary('the address of the console')
    .description(
      'Shows where the console of the registry is, for a browser. With --token the address has the token in use in its ' +
        'fragment, which leaves no browser, and which the console erases: keep it off screens and out of logs.',
    )
    .option('--token', 'an address that logs in by itself')
    .action(act(ui));
};

async function ui({ registry, settings, out }: Session, options: UiOptions): Promise<void> {
  const [registryUrl = ''] = settings.registryUrls;
  // A registry without a console answers 404, which says so before a browser does.
  await registry.calls.json({ method: 'GET', path: '/ui/source.json' }, ['source']);
  const { registryToken: token } = settings;
  const consoleUrl = `${registryUrl}/ui`;
  const url =
    options.token === true && token !== undefined
      ? `${consoleUrl}#t=${encodeURIComponent(token)}`
      : consoleUrl;
  if (options.token === true && token === undefined)
    out.hint('there is no token in use: the address is without one');
  out.show({ data: { url }, names: [url], table: () => [url] });
}
