import { keepGarbageYoung, runService } from '@rollcall/service-kit';
import { composeWorker } from './compose-worker';
import { gatewayConfig } from './config';
import { whenPrimarySays } from './cluster/primary-channel';

keepGarbageYoung();
runService({ config: gatewayConfig, compose: composeWorker, stopWhen: whenPrimarySays('stop') });
