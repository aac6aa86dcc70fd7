import { runService } from '@rollcall/service-kit';
import { composeWorker } from './compose-worker';
import { gatewayConfig } from './config';
import { whenPrimarySays } from './cluster/primary-channel';

runService({ config: gatewayConfig, compose: composeWorker, stopWhen: whenPrimarySays('stop') });
