export {
  createRegistrar,
  type Registrar,
  type RegistrarOptions,
  type StopOptions,
} from './registrar/registrar';
export type { RegistrarEvent, RegistrarState } from './registrar/registrar-report';
export { registerServer, type RegisteredServer, type RegisterServerOptions } from './server/register-server';
export {
  createIdentityInterceptor,
  type GrpcMetadata,
  type GrpcServerModule,
} from './server/identity-interceptor';
export { ConfigError } from './settings/config-error';
export { fromEnv, type EnvDefaults, type EnvSettings } from './settings/from-env';
export { createLoadMeter, type LoadMeter } from './load/load-meter';
export type { LoadCounter } from './load/load-counter';
export { mergeLoads, type LoadSource, type TakenLoad } from './load/taken-load';
export {
  createQuestionStreams,
  type QuestionAnswer,
  type QuestionStreamEvent,
  type QuestionStreams,
  type QuestionStreamsOptions,
} from './questions/question-streams';
export { createResolver, type Resolver } from './resolver/resolver';
export type { ResolverOptions } from './resolver/resolver-options';
export type { ResolverEvent } from './resolver/resolver-event';
export type { DiscoveryResult, Snapshot } from './resolver/discovery-result';
export { trafficCandidates } from './resolver/traffic-candidates';
export { createServiceClient, type ServiceClient } from './service-client/service-client';
export type { ServiceClientEvent, ServiceClientOptions } from './service-client/service-client-options';
export type { BulkheadOptions, CircuitBreakerOptions } from './service-client/resilience';
export type { CallAttempt } from './service-client/attempt';
export type { CallSpan, CallSpanOptions, CallTracer } from './service-client/call-spans';
export { SERVICE_CLIENT_ERROR, type ServiceClientErrorCode } from './service-client/service-client-error';
export type { AuthorityEvent } from './registry/authority';
export type { CertificateEvent } from './registry/client-certificate';
export type { TlsFileEvent, TlsFileOptions } from './registry/tls-files';
export type { RegistryFailure } from './registry/registry-failure';
export { tlsFaultOf, type TlsFault } from './registry/tls-fault';
export type { AnnouncedRoute, Fault, Instance, InstanceStatus, RegisterRequest } from '@rollcall/contracts';
export type { PickerName } from '@rollcall/load-balancing';
