import type { RegisterResponse } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { YES, type Confirmable } from '../confirm';
import { EXIT } from '../exit-codes';
import { findInstance } from '../find-instance';
import {
  addRegistrationOptions,
  checkRegistration,
  registrationOf,
  wholeNumber,
  type RegistrationOptions,
} from '../registration-options';
import { confirmTakingOut } from '../take-out';

interface RegisterOptions extends RegistrationOptions {
  readonly url: string;
  readonly ttl: number;
  readonly health?: string;
}

export const addRegister: AddCommand = (program, act) => {
  const register = program
    .command('register')
    .summary('registers what cannot register itself')
    .description(
      'Registers an instance that sends no heartbeats: a database, a program of somebody else. Without a lease it stays ' +
        'until it is deregistered, and the registry asks now and then whether it answers. rollcall run is for programs ' +
        'that are started here.',
    )
    .requiredOption('--url <url>', 'its address as others reach it');
  addRegistrationOptions(register)
    .option('--ttl <seconds>', 'lease: with one it has to send heartbeats by itself', wholeNumber, 0)
    .option('--health <path>', 'path that answers 200 while it lives (default: /livez)')
    .action(
      act(async ({ registry, out, env, signal }, options: RegisterOptions) => {
        const body = checkRegistration({
          ...registrationOf(options, env),
          url: options.url,
          ttl_seconds: options.ttl,
          ...(options.health === undefined ? {} : { health_path: options.health }),
        });
        const instance = await registry.calls.json<RegisterResponse>(
          { method: 'POST', path: '/register', body, signal },
          ['instance_id', 'epoch'],
        );
        out.show({
          data: instance,
          names: [nameOf(instance)],
          table: () => [`${nameOf(instance)} is registered at ${instance.url}`],
        });
        for (const warning of instance.warnings ?? []) out.hint(`warning: ${warning}`);
      }),
    );
};

export const addDeregister: AddCommand = (program, act) => {
  program
    .command('deregister')
    .summary('takes an instance without a session off the list')
    .description(
      'Takes an instance off the list that does not leave it by itself. One with a session would register again at ' +
        'once: stop it, or take it out of service with rollcall out.',
    )
    .argument('<instance>', 'id, the beginning of one, <service>/<id>, or address')
    .option(...YES)
    .action(
      act(async (session, written: string, options: Confirmable) => {
        const { registry, out, signal } = session;
        const everything = await registry.services();
        const instance = findInstance(everything, written);
        const { service_name, instance_id, epoch } = instance;
        const { instances } = await registry.explain(service_name);
        if (instances.some((one) => one.epoch === epoch && one.session === 'open'))
          throw new CliFault(
            EXIT.no,
            `${nameOf(instance)} has an open session: it lives, and would register again at once`,
            'stop it, or take it out of service: rollcall out … --reason …',
          );
        await confirmTakingOut(session, options, everything, [instance]);
        await registry.calls.done({
          method: 'POST',
          path: '/deregister',
          body: { service_name, instance_id, epoch },
          signal,
        });
        out.show({
          data: { instance_id, service_name, epoch },
          names: [nameOf(instance)],
          table: () => [`${nameOf(instance)} is off the list`],
        });
      }),
    );
};
