export { isServiceName, serviceNameSchema } from './service-name';
export { canonicalInstanceUrl, canonicalInstanceUrls, withoutUserinfo } from './canonical-instance-url';
export { instanceUrlSchema } from './instance-url';
export { announcedRouteSchema, type AnnouncedRoute } from './announced-route';
export { canonicalPath } from './canonical-path';
export { hostSchema, readHost } from './host-name';
export { LONGEST_PATH_PREFIX, pathPrefixSchema, readPathPrefix } from './path-prefix';
export { OLDER_CALL_TAG, type RefusedRoute, type RouteClaim } from './route-claim';
export {
  INSTANCE_PROTOCOLS,
  INSTANCE_STATUSES,
  type Instance,
  type InstanceProtocol,
  type InstanceStatus,
} from './instance';
export {
  instanceIdSchema,
  registerRequestSchema,
  type RegisterRequest,
  type RegisterResponse,
} from './registration';
export { epochSchema, type InstanceReference } from './instance-reference';
export {
  heartbeatRequestSchema,
  recogniseHeartbeat,
  type HeartbeatRequest,
  type HeartbeatResponse,
} from './heartbeat';
export { deregisterRequestSchema, type DeregisterRequest } from './deregistration';
export {
  discoverQuerySchema,
  recogniseDiscoverQuery,
  type DiscoverQuery,
  type DiscoverResponse,
} from './discovery';
export type { ServicesResponse } from './services';
export {
  MAX_WATCH_BODY_BYTES,
  MAX_WATCHED_SERVICES,
  watchAdditionsRequestSchema,
  watchQuerySchema,
  watchRequestSchema,
  type WatchAdditionsRequest,
  type WatchDelta,
  type WatchEvent,
  type WatchHello,
  type WatchQuery,
  type WatchRequest,
  type WatchSnapshot,
  type WatchSynced,
} from './watch';
export {
  sessionQuerySchema,
  type SessionClosed,
  type SessionEvent,
  type SessionOpened,
  type SessionQuery,
} from './session';
export {
  drainProgressQuerySchema,
  drainQuerySchema,
  drainRequestSchema,
  type DrainProgress,
  type DrainProgressQuery,
  type DrainQuery,
  type DrainRequest,
  type DrainResponse,
  type DrainSubscriber,
} from './drain';
export {
  ejectionSchema,
  pathQuerySchema,
  restorationSchema,
  type Ejection,
  type Restoration,
} from './gateway-inputs';
export type {
  ClaimExplanation,
  InstanceExplanation,
  PathExplanation,
  PathQuery,
  RefusalExplanation,
  RefusalView,
  RouteExplanation,
  RoutesView,
  RouteView,
  UpstreamsView,
  UpstreamView,
  VersionShare,
} from './gateway-views';
export {
  answerRequestSchema,
  askedQuestionSchema,
  gatewayQuerySchema,
  questionsQuerySchema,
  type AnsweredQuestions,
  type AnswerRequest,
  type AskedQuestion,
  type GatewayQuery,
  type GatewayQuestion,
  type GatewaysResponse,
  type GatewayState,
  type KnownGateway,
  type QuestionsQuery,
  type QuestionStreamEvent,
} from './question';
export { GATEWAY_PATHS } from './gateway-paths';
export type { GuardReleaseResponse } from './guard-release';
export { overrideRequestSchema, type OverrideRequest } from './override';
export {
  explainQuerySchema,
  type ExplainAllResponse,
  type ExplainedGuard,
  type ExplainedInstance,
  type ExplainedInstanceOverride,
  type ExplainedOverride,
  type ExplainedProbe,
  type ExplainedReplicas,
  type ExplainedTraffic,
  type ExplainQuery,
  type ExplainResponse,
} from './explanation';
export { acknowledgeRequestSchema, type AcknowledgeRequest } from './acknowledgement';
export {
  CATALOG_EVENT_TYPES,
  eventsQuerySchema,
  type CatalogEvent,
  type CatalogEventType,
  type EventsQuery,
  type EventsResponse,
} from './catalog-event';
export type {
  BoundUse,
  RegistryGuard,
  RegistryReplica,
  RegistryLastChange,
  RegistryResponse,
  RegistryStoreState,
  RegistryWatchers,
} from './registry-state';
export { liveQuerySchema, type LiveEvent, type LiveGuards, type LiveQuery } from './live';
export {
  addLatencies,
  LATENCY_BOUNDS_MS,
  LATENCY_BUCKETS,
  latencyBucket,
  latencyPercentile,
  type LatencyCounts,
} from './latency-buckets';
export {
  LOAD_OUTCOMES,
  loadReportSchema,
  MAX_LOAD_EDGES,
  type LoadCounts,
  type LoadEdge,
  type LoadEjection,
  type LoadOutcome,
  type LoadReport,
  type LoadReportResponse,
} from './load-report';
export { recogniseLoadReport } from './recognise-load-report';
export {
  LONGEST_TRAFFIC_WINDOW_MS,
  SHORTEST_TRAFFIC_WINDOW_MS,
  trafficQuerySchema,
  type TrafficEdge,
  type TrafficQuery,
  type TrafficReporter,
  type TrafficResponse,
  type TrafficSeries,
} from './traffic';
export type { WhoamiResponse } from './whoami';
export { checkInput, MOST_FAULTS, type CheckedInput } from './check-input';
export { PROBLEM_CONTENT_TYPE, type Fault, type Problem } from './problem';
export { INSTANCE_HEADER, REGISTRY_ERROR, TIMEOUT_HEADER } from './error-codes';
export { MAX_ANSWER_BYTES } from './longest-answer';
