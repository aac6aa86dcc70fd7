import type { GuardReleaseResponse } from '@rollcall/contracts';
import type { AddCommand } from '../command';
import { confirm, YES, type Confirmable } from '../confirm';
import { noSuchService } from '../find-instance';

export const addGuardRelease: AddCommand = (program, act) => {
  const guard =
    program.commands.find((command) => command.name() === 'guard') ??
    program.command('guard').description('The mass-expiry guard.');
  guard
    .command('release')
    .summary('evicts what the mass-expiry guard of a service holds')
    .description(
      'Has the registry evict the instances of a service that the mass-expiry guard holds. It asks first: they may be ' +
        'alive, and only out of sight of the registry.',
    )
    .argument('<service>')
    .option(...YES)
    .action(
      act(async ({ registry, out, ask, signal }, service: string, options: Confirmable) => {
        const { instances, claims, guard: held } = await registry.explain(service);
        if (instances.length === 0 && claims.length === 0)
          throw noSuchService(service, Object.keys((await registry.services()).services));
        if (held !== null)
          await confirm(
            { ask },
            options,
            `this evicts ${held.held.length} of ${instances.length} instances of ${service}`,
          );
        const released = await registry.calls.json<GuardReleaseResponse>(
          { method: 'POST', path: `/services/${encodeURIComponent(service)}/guard/release`, signal },
          ['service_name', 'released'],
        );
        out.show({
          data: released,
          names: released.released,
          table: () => [
            released.released.length === 0
              ? `the guard of ${service} holds no instance`
              : `${released.released.length} instances of ${service} evicted: ${released.released.join(', ')}`,
          ],
        });
      }),
    );
};
