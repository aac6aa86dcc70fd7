import type { Instance, ServicesResponse } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { didYouMean } from '@rollcall/service-kit';
import { CliFault } from './cli-fault';
import { EXIT } from './exit-codes';

/**
 * The one instance that is meant by `<id>`, `<service>/<id>`, its address, or the beginning of its id where no other id
 * begins so.
 *
 * @throws CliFault when there is none (with the nearest), or when several are meant
 */
export function findInstance({ services }: ServicesResponse, written: string): Instance {
  return findAmong(Object.values(services).flat(), written);
}

/** The same among what somebody else lists. */
export function findAmong<T extends Pick<Instance, 'service_name' | 'instance_id' | 'url'>>(
  all: readonly T[],
  written: string,
): T {
  const exact = all.filter(
    (one) => one.instance_id === written || nameOf(one) === written || one.url === written,
  );
  const found =
    exact.length > 0
      ? exact
      : all.filter((one) => one.instance_id.startsWith(written) || nameOf(one).startsWith(written));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined)
    throw new CliFault(
      EXIT.usage,
      `${written} is ambiguous: ${listed(found.map(nameOf))}`,
      'write more of the id, or <service>/<id>',
    );
  const meant = didYouMean(
    written,
    all.flatMap((one) => [one.instance_id, nameOf(one)]),
  );
  throw new CliFault(
    EXIT.notFound,
    `there is no instance ${written}`,
    meant === undefined ? 'rollcall ls <service> lists the instances of a service' : `did you mean ${meant}?`,
  );
}

/** The instances of a service. @throws CliFault when there is no such service, with the nearest */
export function findService({ services }: ServicesResponse, name: string): readonly Instance[] {
  const found = Object.hasOwn(services, name) ? services[name] : undefined;
  if (found !== undefined) return found;
  throw noSuchService(name, Object.keys(services));
}

export function noSuchService(name: string, names: readonly string[]): CliFault {
  const meant = didYouMean(name, names);
  return new CliFault(
    EXIT.notFound,
    `there is no service ${name}`,
    meant === undefined ? 'rollcall ls lists the services' : `did you mean ${meant}?`,
  );
}

const MOST_LISTED = 5;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return names.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
