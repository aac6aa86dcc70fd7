import type { Instance, OverrideRequest } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { YES, type Confirmable } from '../confirm';
import { durationOption, formatDuration } from '../duration';
import { EXIT } from '../exit-codes';
import { findInstance } from '../find-instance';
import type { Session } from '../session';
import { confirmTakingOut } from '../take-out';

interface OutOptions extends Confirmable {
  readonly reason: string;
  readonly for?: number;
}

export const addOut: AddCommand = (program, act) => {
  program
    .command('out')
    .summary('takes an instance out of service')
    .description(
      'Takes instances out of service: no caller sends requests to them, whatever status they report, until they are ' +
        'taken in again, or until the time is over. It asks first when no instance of the service would be left.',
    )
    .argument('<instance...>', 'id, the beginning of one, <service>/<id>, or address')
    .requiredOption('--reason <text>', 'why; everybody who looks at the instance sees it')
    .addOption(durationOption('--for <time>', 'for how long, 1s to 24d (default: until rollcall in)'))
    .option(...YES)
    .action(
      act(async (session, written: readonly string[], options: OutOptions) => {
        const { registry, out, signal } = session;
        const everything = await registry.services();
        const instances = written.map((one) => findInstance(everything, one));
        await confirmTakingOut(session, options, everything, instances);
        const body: OverrideRequest = {
          status: 'out_of_service',
          reason: options.reason,
          ...(options.for === undefined ? {} : { for_ms: options.for }),
        };
        const changed: Instance[] = [];
        for (const instance of instances)
          changed.push(
            await registry.calls.json<Instance>(
              { method: 'PUT', path: pathOf(instance.instance_id), query: queryOf(instance), body, signal },
              ['instance_id', 'status'],
            ),
          );
        const until = options.for === undefined ? 'until rollcall in' : `for ${formatDuration(options.for)}`;
        out.show({
          data: { instances: changed },
          names: changed.map(nameOf),
          table: () => changed.map((one) => `${nameOf(one)} is out of service ${until}: ${options.reason}`),
        });
      }),
    );
};

export const addIn: AddCommand = (program, act) => {
  program
    .command('in')
    .summary('takes an instance into service again')
    .description('Ends what rollcall out has begun, also of an instance that is not listed at the moment.')
    .argument('<instance...>', 'id, the beginning of one, <service>/<id>, or address')
    .action(
      act(async (session, written: readonly string[]) => {
        const { registry, out, signal } = session;
        const everything = await registry.services();
        const changed: string[] = [];
        for (const one of written) {
          const { service, instanceId } = await overridden(session, everything, one);
          await registry.calls.done({
            method: 'DELETE',
            path: pathOf(instanceId),
            query: { service },
            signal,
          });
          changed.push(`${service}/${instanceId}`);
        }
        out.show({
          data: { instances: changed },
          names: changed,
          table: () => changed.map((name) => `${name} is in service again`),
        });
      }),
    );
};

/** Overrides stay while their instance is not listed. */
async function overridden(
  { registry }: Session,
  everything: Parameters<typeof findInstance>[0],
  written: string,
): Promise<{ readonly service: string; readonly instanceId: string }> {
  try {
    const { service_name, instance_id } = findInstance(everything, written);
    return { service: service_name, instanceId: instance_id };
  } catch (error) {
    if (!(error instanceof CliFault && error.exitCode === EXIT.notFound)) throw error;
    for (const { service_name, overrides } of await registry.explainAll())
      for (const { instance_ids } of overrides)
        for (const id of instance_ids)
          if (id === written || `${service_name}/${id}` === written)
            return { service: service_name, instanceId: id };
    throw error;
  }
}

function pathOf(instanceId: string): string {
  return `/instances/${encodeURIComponent(instanceId)}/override`;
}

function queryOf({ service_name }: Instance): { readonly service: string } {
  return { service: service_name };
}
