export { defineConfig, type ConfigDefinition } from './config/define-config';
export { ConfigError } from './config/config-error';
export { secret } from './config/secret';
export type { SettingRule } from './config/setting-rules';
export type { SettingSchemas } from './config/setting-schemas';
export {
  dataDirSetting,
  portSetting,
  processSettings,
  type ProcessSettings,
} from './config/process-settings';
export {
  registrationRules,
  registrationSettings,
  registryOptions,
  REGISTRY_PAIR,
  type RegistrationSettings,
} from './config/registration-settings';
export { consoleSetting } from './config/console-setting';
export { allowedHostsSetting } from './config/allowed-hosts-setting';
export { caFileSetting } from './config/ca-file-setting';
export { networksSetting } from './config/networks-setting';
export { tracingRules, type TracingSettings } from './config/tracing-settings';
export { pairFileSetting, tlsSettings, type TlsSettings } from './config/tls-settings';
export { didYouMean } from './documents/did-you-mean';
export { faultLines } from './documents/fault-lines';
export type { YamlDocument } from './documents/place';
export {
  readDocument,
  type DocumentFault,
  type DocumentForm,
  type ReadDocument,
} from './documents/read-document';
export { whyUnreadable } from './documents/unreadable';
export { readAuthorities, readAuthorityFile, type AuthorityReading } from './tls/authority-file';
export { followAuthority, type AuthorityLoop } from './tls/authority-loop';
export { certificateNames, type CertificateNames } from './tls/certificate-names';
export { verifiedCertificate } from './tls/client-certificates';
export { followClientPair, type ClientPairLoop } from './tls/client-pair-loop';
export type { KeyPairTexts } from './tls/key-pair';
export { readKeyPairFiles, type KeyPairSettingNames } from './tls/key-pair-files';
export { createServerTls } from './tls/server-tls';
export type { ServerTls } from './tls/tls-front';
export { createLogger, LOG_LEVELS, type Logger, type LogLevel } from './logging/logger';
export { printable, UNPRINTABLE, withoutCredentials } from './logging/printable';
export { createBrowserGuard, type BrowserGuard } from './access/browser-guard';
export { createIsOwnHost } from './access/own-hosts';
export { bearerToken } from './access/bearer-token';
export { sameDigest, sameSecret, secretDigest } from './access/secret-digest';
export { AppError, type AppErrorOptions } from './errors/app-error';
export { asAppError } from './errors/as-app-error';
export { toProblem } from './errors/problem';
export {
  formatTraceFlags,
  formatTraceparent,
  isSampled,
  parseTraceparent,
  traceContextFrom,
  traceFields,
  type Sample,
  type Sampling,
  type TraceContext,
} from './context/trace-context';
export type { Span, SpanAttributes, SpanCounts, SpanKind, SpanStart, Tracer } from './tracing/tracer';
export { activeTracer, type ActiveTracer } from './tracing/active-tracer';
export { spanMethod } from './tracing/server-span';
export { startTracer, type RunningTracer } from './tracing/start-tracer';
export { createRandomHex } from './context/random-hex';
export { requestIdFrom } from './context/request-id';
export {
  currentContext,
  outgoingContextHeaders,
  runInContext,
  type RequestContext,
} from './context/request-context';
export {
  createFileWatchLoop,
  createSettling,
  type FileWatchLoop,
  type LookReason,
  type NextLook,
} from './files/file-watch-loop';
export { createHealth, type Health, type HealthCheck, type HealthReport } from './health/health';
export { BoundedSubjects, MAX_SUBJECTS, OTHER } from './metrics/bounded-subjects';
export {
  CLIENT_DURATIONS,
  DurationHistogram,
  SERVER_DURATIONS,
  type RequestDuration,
} from './metrics/duration-histogram';
export type { RecordedTrace } from './metrics/duration-series';
export { measureBounds, type BoundsInUse } from './metrics/measure-bounds';
export { measureCalls, type MeasuredCall } from './metrics/measure-calls';
export { measureTracing } from './metrics/measure-tracing';
export { measureDiscovery, type Discovery } from './metrics/measure-discovery';
export { createMetrics, type Metrics } from './metrics/metrics';
export type { MetricFamily } from './metrics/open-metrics';
export { collectProcessMetrics } from './metrics/process-metrics';
export { createHttpApp, type HttpAppOptions } from './http/create-http-app';
export { jsonBody, type JsonBody } from './http/json-body';
export { readJson } from './http/read-json';
export { createUnreadAnswers, type UnreadAnswer, type UnreadAnswers } from './http/unread-answers';
export { validate } from './http/validate';
export type { Reply, Route, RouteCall } from './routes/route';
export { serveRoutes, type ServeRoutesOptions } from './routes/serve-routes';
export { createHttpServer, type HttpServer, type HttpServerOptions } from './lifecycle/http-server';
export type { Http2Connections, Http2Port } from './lifecycle/http2-choice';
export { ANSWER_AFTER_HALF_CLOSE_MS, serveHalfClosed } from './lifecycle/half-closed';
export type { Upgrades } from './lifecycle/upgrade-offers';
export type { Refusal } from './lifecycle/refusals';
export { keepGarbageYoung } from './lifecycle/keep-garbage-young';
export { runService, type RunServiceOptions, type Service, type ServiceKit } from './lifecycle/run-service';
export { describeApi, type ApiDescription } from './openapi/describe-api';
export {
  describeOperation,
  eventStreamAnswer,
  jsonAnswer,
  schemaRef,
  type OperationDescription,
} from './openapi/describe-operation';
export { jsonSchemaOf } from './openapi/json-schema-of';
export { objectSchema } from './openapi/object-schema';
export type {
  JsonSchema,
  OpenApiDocument,
  OpenApiMethod,
  Operation,
  Paths,
} from './openapi/openapi-document';
export { consoleRoutes, type ConsoleOptions, type ConsoleSource } from './static/console-routes';
export { openApiRoutes } from './openapi/openapi-routes';
export { packageVersion } from './openapi/package-version';
export { createAcknowledgementClock, type AcknowledgementClock } from './sockets/acknowledgement-clock';
export { createSendQueue, type SendQueue, type SocketEnds } from './sockets/send-queue';
