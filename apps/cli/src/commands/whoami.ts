import type { AddCommand } from '../command';
import type { Session } from '../session';

export const addWhoami: AddCommand = (program, act) => {
  program
    .command('whoami')
    .summary('what the registry takes us for')
    .description('Shows the name and the scopes of the token or the certificate, as the registry knows it.')
    .action(act(whoami));
};

async function whoami({ registry, settings, out }: Session): Promise<void> {
  const data = await registry.whoami();
  const { auth, name, proven_by, certificate, scopes, service_routes } = data;
  out.show({
    data,
    names: [name ?? ''],
    table: () => [
      auth === 'off'
        ? 'the registry asks for no token: every caller may do everything'
        : name === null
          ? 'no token: the registry asks for one'
          : `${name}${proven_by === 'certificate' ? ', by its certificate' : ''}, with the scopes ${scopes.join(', ') || '(none)'}`,
      `  registry  ${settings.registryUrls.join(', ')} (${settings.sources.registry_url})`,
      `  token     ${settings.sources.registry_token}`,
      ...(certificate ? [`  certificate with the names ${certificate.join(', ') || '(none)'}`] : []),
      ...Object.entries(service_routes).map(
        ([service, routes]) => `  ${service} may announce ${routes.join(', ')}`,
      ),
    ],
  });
}
