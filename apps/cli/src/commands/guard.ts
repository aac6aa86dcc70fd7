import { age } from '../age';
import { clock } from '../attention';
import type { AddCommand } from '../command';
import type { Session } from '../session';

export const addGuard: AddCommand = (program, act) => {
  program
    .command('guard')
    .summary('services whose instances the mass-expiry guard holds')
    .description(
      'Lists the services of which so many instances fell silent at once that the registry keeps them listed.',
    )
    .action(act(listGuards));
};

async function listGuards({ registry, out, now }: Session): Promise<void> {
  const { guards } = await registry.state();
  out.show({
    data: guards,
    names: guards.map(({ service_name }) => service_name),
    table: () => ({
      columns: [
        { title: 'SERVICE' },
        { title: 'HOLDS', right: true },
        { title: 'SINCE', right: true },
        { title: 'UNTIL' },
      ],
      rows: guards.map(({ service_name, held, since, until }) => [
        service_name,
        String(held),
        age(since, now()),
        clock(until),
      ]),
    }),
  });
  if (guards.length === 0) out.hint('the guard holds no instance');
}
