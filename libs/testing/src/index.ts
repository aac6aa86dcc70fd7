export { closedPort } from './closed-port';
export { createFakeClock, type FakeClock } from './fake-clock';
export { endWithParent } from './end-with-parent';
export { eventually } from './eventually';
export { startFullListener, type FullListener } from './full-listener';
export { mountedOperations, type RoutedApp } from './mounted-operations';
export { createOpenApiConformance, type DescribedApi, type OpenApiConformance } from './openapi-conformance';
export { startHangingServer, startRawServer, startResettingServer, type SocketServer } from './socket-server';
export { startTypeScript, type TypeScriptProcess } from './typescript-process';
