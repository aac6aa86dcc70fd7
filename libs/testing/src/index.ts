export { ask, type Asked, type AskedAnswer } from './ask';
export { closedPort } from './closed-port';
export { createFakeClock, type FakeClock } from './fake-clock';
export { endWithParent } from './end-with-parent';
export { eventually } from './eventually';
export { startFullListener, type FullListener } from './full-listener';
export { createJsonSchemaCheck } from './json-schema-check';
export { mountedOperations, type RoutedApp } from './mounted-operations';
export {
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceivedRequest,
  type ReceiverManner,
} from './otlp/otlp-receiver';
export type { ReceivedSpan, SpanAttribute } from './otlp/trace-request';
export { createOpenApiConformance, type DescribedApi, type OpenApiConformance } from './openapi-conformance';
export {
  databaseCases,
  registrationCases,
  settingRuleDeviations,
  tracingCases,
  type SettingCase,
} from './setting-rules';
export { startHangingServer, startRawServer, startResettingServer, type SocketServer } from './socket-server';
export { timeScale } from '../time-scale.js';
export { startThreadedPeer, type ThreadedPeer } from './threaded-peer';
export { startTypeScript, type TypeScriptProcess } from './typescript-process';
export { webPageRequests, type WebPageRequest } from './web-page-requests';
