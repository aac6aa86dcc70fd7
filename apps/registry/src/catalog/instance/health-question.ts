import type { Registration } from './registration';

/**
 * The path of the health check of gRPC (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). Paths of its
 * calls are paths of HTTP, so an instance that answers it says so by its `health_path`.
 */
const GRPC_HEALTH_CHECK = '/grpc.health.v1.Health/Check';

/** Whether an instance is asked by a call of gRPC, once it speaks HTTP/2, and not by GET. */
export function asksByGrpc({ healthPath }: Pick<Registration, 'healthPath'>): boolean {
  return healthPath === GRPC_HEALTH_CHECK;
}

/** What probes ask an instance, for people. */
export function healthQuestion(registration: Pick<Registration, 'url' | 'healthPath' | 'protocol'>): string {
  const { url, healthPath, protocol } = registration;
  const mayBeHttp2 = protocol === 'h2c' || url.startsWith('https:');
  if (mayBeHttp2 && asksByGrpc(registration)) return `${healthPath.slice(1)} by gRPC`;
  return `GET ${healthPath}${protocol === 'h2c' ? ' over HTTP/2' : ''}`;
}
