import { REGISTRY_ERROR, type Ejection, type Restoration, type UpstreamView } from '@rollcall/contracts';
import { AppError, type Logger } from '@rollcall/service-kit';
import type { UpstreamName } from '../use-cases/eject-upstream';
import type { Operations } from './operations';

/** Who gives an order, as far as it is known; for the log. */
export interface Actor {
  readonly actor: string;
  readonly by?: string | undefined;
  readonly peer?: string | undefined;
}

/** What operators have a gateway do with one instance. It is logged, and the instance answered as it is now. */
export interface OperatorOrders {
  /** @throws AppError 404 `UPSTREAM_NOT_FOUND`; 409 `INSTANCE_ID_AMBIGUOUS`: several services have that id */
  eject(instanceId: string, ejection: Ejection, actor: Actor): Promise<UpstreamView>;
  /** Throws as `eject` does. */
  restore(instanceId: string, restoration: Restoration, actor: Actor): Promise<UpstreamView>;
}

export function createOperatorOrders(operations: Operations, logger: Logger): OperatorOrders {
  /** Whoever may register a service chooses its ids: an id alone is taken only where it means one instance. */
  async function named(id: string, serviceName: string | undefined): Promise<UpstreamName> {
    const upstreams = await operations.upstreams();
    const [upstream, ...others] = upstreams.filter(
      ({ instance_id, service }) => instance_id === id && service === (serviceName ?? service),
    );
    if (upstream === undefined) throw notFound();
    if (others.length === 0) return { service: upstream.service, instance_id: id };
    throw ambiguous(
      id,
      [upstream, ...others].map(({ service }) => service),
    );
  }

  return {
    async eject(id, ejection, actor) {
      const { service_name: serviceName, ...told } = ejection;
      const upstream = found(await operations.eject(await named(id, serviceName), ejection));
      const { instance_id, service, url } = upstream;
      const event = 'upstream_ejected_by_hand';
      logger.warn(`${service} at ${url} gets no more requests`, { event, ...told, instance_id, ...actor });
      return upstream;
    },
    async restore(id, { service_name: serviceName }, actor) {
      const upstream = found(await operations.restore(await named(id, serviceName)));
      const { instance_id, service, url } = upstream;
      const event = 'upstream_restored_by_hand';
      logger.warn(`${service} at ${url} gets requests again`, { event, instance_id, ...actor });
      return upstream;
    },
  };
}

function found(upstream: UpstreamView | undefined): UpstreamView {
  if (upstream === undefined) throw notFound();
  return upstream;
}

function notFound(): AppError {
  return new AppError({ code: 'UPSTREAM_NOT_FOUND', status: 404, message: 'No such instance is listed.' });
}

function ambiguous(id: string, services: readonly string[]): AppError {
  return new AppError({
    code: REGISTRY_ERROR.instanceIdAmbiguous,
    status: 409,
    message: `Instances of several services have the id ${id}: ${services.join(', ')}. Name the service of the one that is meant in the body, as service_name.`,
  });
}
